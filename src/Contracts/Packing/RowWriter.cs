using System.Buffers;
using System.Text;

namespace Headroom.Contracts.Packing;

/// <summary>
/// Packs rows of a name and a few numbers, most of which are zero. An exchange has a row for each subsystem, and field by
/// field they would cost more than everything else about it.
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

    private byte[] _buffer;
    private int _at;

    /// <summary>Begins with the number of rows.</summary>
    public RowWriter(int rows)
    {
        _buffer = ArrayPool<byte>.Shared.Rent((rows * 32) + MaxRow);
        Write((ulong)rows);
    }

    /// <summary>Adds a row.</summary>
    /// <exception cref="ArgumentException">The name is too long, or not of ASCII; nothing was added.</exception>
    public void Add(string name, params ReadOnlySpan<long> numbers)
    {
        if (name.Length > MaxNameLength || !Ascii.IsValid(name))
        {
            throw new ArgumentException($"A name is of at most {MaxNameLength} ASCII characters: {name}", nameof(name));
        }

        Grow();
        _buffer[_at++] = (byte)name.Length;
        _at += Encoding.ASCII.GetBytes(name, _buffer.AsSpan(_at));
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
        byte[] packed = _buffer.AsSpan(0, _at).ToArray();
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        return packed;
    }

    private void Grow()
    {
        if (_buffer.Length - _at < MaxRow)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            _buffer.AsSpan(0, _at).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
    }

    private void Write(ulong value)
    {
        byte[] buffer = _buffer;
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
