using System.Text;

namespace Headroom.Contracts.Packing;

/// <summary>Unpacks what <see cref="RowWriter"/> packed, and believes nothing of it.</summary>
internal ref struct RowReader
{
    // The shortest row: length, one character, mask.
    private const int MinRow = 3;
    private const int Names = 1024;

    // Names come again and again. Each hash has one place, and the last name that needed it is there.
    private static readonly string?[] Known = new string?[Names];

    private readonly ReadOnlySpan<byte> _packed;
    private int _at;

    /// <summary>Reads the number of rows.</summary>
    /// <exception cref="FormatException">There cannot be so many.</exception>
    public RowReader(ReadOnlySpan<byte> packed)
    {
        _packed = packed;
        ulong rows = Read();
        Count = rows <= (ulong)(packed.Length / MinRow) ? (int)rows : throw Malformed();
    }

    /// <summary>How many rows there are.</summary>
    public int Count { get; }

    /// <summary>Reads the next row.</summary>
    /// <param name="numbers">Its numbers, all of them written.</param>
    /// <returns>Its name.</returns>
    /// <exception cref="FormatException">It is no row, or has more numbers.</exception>
    public string Next(scoped Span<long> numbers)
    {
        int length = _at < _packed.Length ? _packed[_at++] : throw Malformed();
        if (length > _packed.Length - _at)
        {
            throw Malformed();
        }

        string name = Name(_packed.Slice(_at, length));
        _at += length;
        ulong mask = Read();
        if (mask >> numbers.Length != 0)
        {
            throw Malformed();
        }

        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = (mask >> i & 1) == 0 ? 0 : (long)Read();
        }

        return name;
    }

    private static FormatException Malformed() => new("The rows of a message are malformed.");

    private static string Name(ReadOnlySpan<byte> bytes)
    {
        uint hash = (uint)bytes.Length;
        foreach (byte one in bytes)
        {
            hash = (hash ^ one) * 16_777_619;
        }

        ref string? place = ref Known[hash % Names];
        if (place is { } known && Ascii.Equals(bytes, known))
        {
            return known;
        }

        return place = Encoding.ASCII.GetString(bytes);
    }

    private ulong Read()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte one = _at < _packed.Length ? _packed[_at++] : throw Malformed();
            value |= (ulong)(one & 0x7F) << shift;
            if (one < 0x80)
            {
                return value;
            }
        }

        throw Malformed();
    }
}
