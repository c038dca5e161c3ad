using Headroom.Contracts.Packing;
using Xunit;

namespace Headroom.Grains.Tests.Packing;

public sealed class RowTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    [InlineData(100_000)]
    public void Rows_OfAnySize_ComeBackAsTheyWere(int scratch)
    {
        (string Name, long[] Numbers)[] rows =
        [
            .. Enumerable.Range(0, 200).Select(row => (
                Name: new string((char)('a' + (row % 26)), 1 + (row * 7 % RowWriter.MaxNameLength)),
                Numbers: new[] { 0, row, long.MaxValue >> (row % 64), long.MinValue, -row })),
        ];
        var writer = new RowWriter(rows.Length, new byte[scratch]);
        foreach ((string name, long[] numbers) in rows)
        {
            writer.Add(name, numbers);
        }

        var reader = new RowReader(writer.ToArray());
        Assert.Equal(rows.Length, reader.Count);
        long[] read = [9, 9, 9, 9, 9];
        foreach ((string name, long[] numbers) in rows)
        {
            Assert.Equal(name, reader.Next(read));
            Assert.Equal(numbers, read);
        }
    }

    [Fact]
    public void Next_NameSeenBefore_IsTheSameString()
    {
        byte[] packed = Packed();
        string first = new RowReader(packed).Next(new long[2]);

        Assert.Same(first, new RowReader(packed).Next(new long[2]));
    }

    [Fact]
    public void Add_NameTooLongOrNotOfAscii_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => Add(new string('a', RowWriter.MaxNameLength + 1)));
        Assert.Throws<ArgumentException>(() => Add("j\u00f6urnal"));

        static void Add(string name) => new RowWriter(1, []).Add(name, 1);
    }

    [Fact]
    public void Read_CutShort_IsMalformed()
    {
        byte[] packed = Packed();

        for (int length = 0; length < packed.Length; length++)
        {
            byte[] cut = packed[..length];
            Assert.Throws<FormatException>(() => new RowReader(cut).Next(new long[2]));
        }
    }

    [Theory]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 1, 97, 0 })]
    [InlineData(new byte[] { 1, 1, 97, 4, 1 })]
    [InlineData(new byte[] { 1, 1, 97, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1 })]
    public void Read_MoreRowsNumbersOrBitsThanThereCanBe_IsMalformed(byte[] packed) =>
        Assert.Throws<FormatException>(() => new RowReader(packed).Next(new long[2]));

    private static byte[] Packed()
    {
        var writer = new RowWriter(1, []);
        writer.Add("journal", 5, 1L << 40);
        return writer.ToArray();
    }
}
