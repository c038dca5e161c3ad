using System.Buffers;
using System.Text;

namespace Headroom.Contracts.Packing;

/// <summary>
/// Packs rows of a name and a few numbers, most of which are zero. An exchange has a row for each subsystem, and field
/// by field they would cost more than everything else about it.
/// </summary>
/// <remarks>
/// A row is the length of the name, the name, a mask of the numbers that are not zero, and those. Lengths, masks and
/// numbers have seven bits in a byte, the lowest first.
/// </remarks>
internal ref struct RowWriter
{
    /// <summary>The longest name: that of any resource.</summary>
    public const int MaxNameLength = 253;

    /// <summary>Most numbers of a row.</summary>
    public const int MaxNumbers = 12;

    private const int MaxVarint = 10;
    private const int MaxRow = MaxNameLength + 1 + ((MaxNumbers + 1) * MaxVarint);
    private const int UsualRow = 32;

    private Span<byte> _buffer;
    private byte[]? _rented;
    private int _at;

    /// <summary>Begins with the number of rows.</summary>
    /// <param name="rows">How many there will be.</param>
    /// <param name="scratch">Where to begin; <see cref="ScratchLength"/> is enough for few of them.</param>
    public RowWriter(int rows, Span<byte> scratch)
    {
        _buffer = scratch;
        Reserve((rows * UsualRow) + MaxVarint);
        Write((ulong)rows);
    }

    /// <summary>A good size of a scratch buffer.</summary>
    public static int ScratchLength => MaxRow + (4 * UsualRow);

    /// <summary>Adds a row.</summary>
    /// <exception cref="ArgumentException">The name is too long, or not of ASCII; nothing was added.</exception>
    public void Add(string name, params ReadOnlySpan<long> numbers)
    {
        if (name.Length > MaxNameLength || !Ascii.IsValid(name))
        {
            throw new ArgumentException($"A name is of at most {MaxNameLength} ASCII characters: {name}", nameof(name));
        }

        Reserve(MaxRow);
        _buffer[_at++] = (byte)name.Length;
        _at += Encoding.ASCII.GetBytes(name, _buffer[_at..]);
        ulong mask = 0;
        for (int i = 0; i < numbers.Length; i++)
        {
            mask |= numbers[i] == 0 ? 0 : 1UL << i;
        }

        Write(mask);
        foreach (long number in numbers)
        {
            if (number != 0)
            {
                Write((ulong)number);
            }
        }
    }

    /// <summary>The packed rows. Ends the writer.</summary>
    public byte[] ToArray()
    {
        byte[] packed = _buffer[.._at].ToArray();
        Return();
        return packed;
    }

    private void Reserve(int length)
    {
        if (_buffer.Length - _at < length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent((_buffer.Length * 2) + length + MaxRow);
            _buffer[.._at].CopyTo(larger);
            Return();
            _buffer = _rented = larger;
        }
    }

    private void Return()
    {
        if (_rented is { } rented)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        _buffer = [];
        _rented = null;
    }

    private void Write(ulong value)
    {
        Span<byte> buffer = _buffer;
        int at = _at;
        while (value > 0x7F)
        {
            buffer[at++] = (byte)(value | 0x80);
            value >>= 7;
        }

        buffer[at++] = (byte)value;
        _at = at;
    }
}
