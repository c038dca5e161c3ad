using System.Buffers.Binary;
using System.Text;
using Headroom.Contracts;

namespace Headroom.Silo.Http.Leases;

/// <summary>What is sealed into the id of a lease, as bytes.</summary>
/// <remarks>
/// Four numbers, the urgency and three names; in <see cref="Lent"/> then the number of loans, and of each its lender's
/// name and two numbers. No text of the one version is one of the other, because a lease with loans goes on where one
/// without ends.
/// </remarks>
internal static class LeaseText
{
    /// <summary>The version of a lease whose bytes are at home.</summary>
    public const byte AtHome = 1;

    /// <summary>The version of a lease whose bytes are on other hosts.</summary>
    public const byte Lent = 2;

    /// <summary>The least that any text is long.</summary>
    public const int FixedSize = NumbersSize + 3;

    /// <summary>The most.</summary>
    public const int MaxSize = FixedSize + (3 * ResourceName.MaxLength)
        + 1 + (MaxLoans * (1 + ResourceName.MaxLength + (2 * sizeof(long))));

    private const int NumbersSize = (4 * sizeof(long)) + 1;
    private const int MaxLoans = 2;

    /// <summary>In which version a lease is written.</summary>
    public static byte VersionOf(SealedLease lease) => lease.Loans.Count == 0 ? AtHome : Lent;

    /// <summary>Writes a lease.</summary>
    /// <returns>The length.</returns>
    public static int Write(SealedLease lease, Span<byte> text)
    {
        LeaseClaim claim = lease.Claim;
        BinaryPrimitives.WriteInt64LittleEndian(text, claim.LeaseId);
        BinaryPrimitives.WriteInt64LittleEndian(text[8..], claim.Epoch);
        BinaryPrimitives.WriteInt64LittleEndian(text[16..], claim.Bytes);
        BinaryPrimitives.WriteInt64LittleEndian(text[24..], claim.Ttl.Ticks);
        text[32] = claim.Urgency;
        int at = NumbersSize;
        Write(lease.Host, text, ref at);
        Write(lease.Container, text, ref at);
        Write(claim.Subsystem, text, ref at);
        if (VersionOf(lease) == Lent)
        {
            text[at++] = checked((byte)lease.Loans.Count);
            foreach (LenderLoan loan in lease.Loans)
            {
                Write(loan.Host, text, ref at);
                Write(loan.Loan.Epoch, text, ref at);
                Write(loan.Loan.Number, text, ref at);
            }
        }

        return at;
    }

    /// <summary>Reads what <see cref="Write(SealedLease, Span{byte})"/> wrote in this version.</summary>
    public static SealedLease Read(byte version, ReadOnlySpan<byte> text)
    {
        int at = NumbersSize;
        string host = Name(text, ref at);
        string container = Name(text, ref at);
        string subsystem = Name(text, ref at);
        var loans = new LenderLoan[version == Lent ? text[at++] : 0];
        for (int index = 0; index < loans.Length; index++)
        {
            loans[index] =
                new LenderLoan(Name(text, ref at), new LoanId(Number(text, ref at), Number(text, ref at)));
        }

        var claim = new LeaseClaim
        {
            LeaseId = BinaryPrimitives.ReadInt64LittleEndian(text),
            Epoch = BinaryPrimitives.ReadInt64LittleEndian(text[8..]),
            Bytes = BinaryPrimitives.ReadInt64LittleEndian(text[16..]),
            Ttl = TimeSpan.FromTicks(BinaryPrimitives.ReadInt64LittleEndian(text[24..])),
            Urgency = text[32],
            Subsystem = subsystem,
            Remote = version == Lent,
        };
        return new SealedLease(host, container, claim) { Loans = loans };
    }

    // Valid names are ASCII of at most 253 characters: the length fits into its byte.
    private static void Write(string name, Span<byte> text, ref int at)
    {
        text[at] = checked((byte)name.Length);
        at += 1 + Encoding.ASCII.GetBytes(name, text[(at + 1)..]);
    }

    private static void Write(long number, Span<byte> text, ref int at)
    {
        BinaryPrimitives.WriteInt64LittleEndian(text[at..], number);
        at += sizeof(long);
    }

    private static string Name(ReadOnlySpan<byte> text, ref int at)
    {
        ReadOnlySpan<byte> name = text.Slice(at + 1, text[at]);
        at += 1 + name.Length;
        return Encoding.ASCII.GetString(name);
    }

    private static long Number(ReadOnlySpan<byte> text, ref int at)
    {
        long number = BinaryPrimitives.ReadInt64LittleEndian(text[at..]);
        at += sizeof(long);
        return number;
    }
}
