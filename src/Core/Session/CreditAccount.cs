namespace Headroom;

/// <summary>
/// The bytes that a session has drawn for one subsystem: taken and given back by any thread without a lock, while the
/// session reports them and changes their total.
/// </summary>
/// <remarks>
/// <para>
/// At each instant <c>drawn = credit + leased + under way</c>. A byte under way is between the two counters: it has
/// left credit and is not yet in <c>leased</c>, or the reverse. Both orders keep it out of both counters, never in
/// both.
/// </para>
/// <para>
/// <b>drawn</b> belongs to the session, which changes it under its lock, and only together with credit: it adds bytes
/// that an order gives, or takes away what it could take out of credit. Threads that lease and give back never change
/// it. So the total in a report is exact, whatever they do meanwhile, and what cannot be taken out of credit stays
/// reported. Only the split by urgency is a moment's picture: a byte that moves between urgencies while the four
/// counters are read may be seen twice, so a report is cut to what is drawn (<see cref="LeasedWithin"/>), and bytes
/// under way count as credit.
/// </para>
/// <para>
/// <b>Who may take</b> is in the same word as the credit, so taking and closing are ordered: after a close no byte
/// leaves credit, although bytes that are given back still come in.
/// </para>
/// <para>
/// A session that starts anew abandons its accounts for fresh ones: leases of an abandoned account end there, and what
/// they give back is nobody's.
/// </para>
/// </remarks>
internal sealed partial class CreditAccount(SubsystemCredit owner)
{
    /// <summary>The lowest bits of the word say which urgencies may take; the rest is the credit.</summary>
    private const int MaskBits = ByUrgency.Levels;
    private const long Mask = (1L << MaskBits) - 1;

    private readonly long[] _leased = new long[ByUrgency.Levels];
    private long _word;
    private long _emergency;

    internal SubsystemCredit Owner { get; } = owner;

    /// <summary>Whether it is emergency credit without a session: then its leases need none.</summary>
    internal bool IsAdrift { get; init; }

    /// <summary>Bytes that the session holds here. Only under the session's lock.</summary>
    internal long DrawnBytes { get; private set; }

    /// <summary>
    /// Unused bytes, spread or not. A moment's picture: bytes that a thread draws meanwhile may be seen twice, or not.
    /// </summary>
    internal long CreditBytes
    {
        get
        {
            long credit = SharedBytes;
            foreach (CreditStripe stripe in _stripes)
            {
                credit += stripe.CreditBytes;
            }

            return credit;
        }
    }

    /// <summary>How much of the credit is for must-succeed alone.</summary>
    internal long EmergencyBytes => Volatile.Read(ref _emergency);

    /// <summary>
    /// Keeps so much of the credit for must-succeed alone, now and of what comes. Only under the session's lock.
    /// </summary>
    internal void Keep(long emergencyBytes)
    {
        long before = EmergencyBytes;
        Volatile.Write(ref _emergency, emergencyBytes);
        if (emergencyBytes > before)
        {
            Gather();
            StopSpreadingIfShort();
        }
    }

    /// <summary>Takes bytes out of credit into a lease, if that urgency may and the credit suffices.</summary>
    internal bool TryTake(long bytes, Urgency urgency) => TryTake(bytes, urgency, urgency);

    /// <summary>Takes bytes as one urgency may, and holds them as another.</summary>
    internal bool TryTake(long bytes, Urgency urgency, Urgency held)
    {
        long kept = urgency == Urgency.MustSucceed ? 0 : EmergencyBytes;
        long word = Volatile.Read(ref _word);
        while (true)
        {
            if (((word >> (int)urgency) & 1) == 0 || (word >> MaskBits) - kept < bytes)
            {
                return false;
            }

            long seen = Interlocked.CompareExchange(ref _word, word - (bytes << MaskBits), word);
            if (seen == word)
            {
                break;
            }

            word = seen;
        }

        Interlocked.Add(ref _leased[(int)held], bytes);
        long left = (word >> MaskBits) - bytes;
        if (urgency == Urgency.MustSucceed)
        {
            StopSpreadingIfShort();
        }

        Owner.Took(left, urgency);
        return true;
    }

    /// <summary>Ends a lease: its bytes are credit again.</summary>
    internal void GiveBack(long bytes, Urgency urgency)
    {
        Interlocked.Add(ref _leased[(int)urgency], -bytes);
        long word = Interlocked.Add(ref _word, bytes << MaskBits);
        Owner.GaveBack(word >> MaskBits);
    }

    /// <summary>
    /// Says which urgencies may take; none closes the account to takers. Only under the session's lock.
    /// </summary>
    internal void Allow(int urgencies)
    {
        if ((Volatile.Read(ref _word) & Mask) == urgencies)
        {
            return;
        }

        lock (Table.Lock)
        {
            long word = Volatile.Read(ref _word);
            while (true)
            {
                long seen = Interlocked.CompareExchange(ref _word, (word & ~Mask) | (long)urgencies, word);
                if (seen == word)
                {
                    break;
                }

                word = seen;
            }

            // Those that may do less have to stop; the others learn that they may do more.
            Gather(_stripes);
        }
    }

    /// <summary>Adds bytes that an order gave. Only under the session's lock.</summary>
    internal void Draw(long bytes)
    {
        DrawnBytes += bytes;
        Interlocked.Add(ref _word, bytes << MaskBits);
    }

    /// <summary>Adds a lease that was granted by itself. Only under the session's lock.</summary>
    internal void Fold(ByUrgency leased)
    {
        DrawnBytes += leased.Total;
        for (int i = 0; i < ByUrgency.Levels; i++)
        {
            Interlocked.Add(ref _leased[i], leased[i]);
        }
    }

    /// <summary>
    /// Takes up to so many bytes out of credit, to give them back, and leaves some there. Only under the session's
    /// lock.
    /// </summary>
    internal long Surrender(long most, long keep = 0)
    {
        if (SharedBytes - keep < most)
        {
            Gather();
        }

        long word = Volatile.Read(ref _word);
        while (true)
        {
            long bytes = Math.Min(most, (word >> MaskBits) - keep);
            if (bytes <= 0)
            {
                return 0;
            }

            long seen = Interlocked.CompareExchange(ref _word, word - (bytes << MaskBits), word);
            if (seen == word)
            {
                DrawnBytes -= bytes;
                return bytes;
            }

            word = seen;
        }
    }

    /// <summary>
    /// What is leased at each urgency, cut to what is drawn: a byte that moved between urgencies while they were read
    /// is counted at the highest. Only under the session's lock.
    /// </summary>
    internal ByUrgency LeasedWithin()
    {
        long left = DrawnBytes;
        ByUrgency leased = default;
        for (int i = ByUrgency.Levels - 1; i >= 0; i--)
        {
            leased[i] = Math.Min(left, LeasedBytes(i));
            left -= leased[i];
        }

        return leased;
    }

    /// <summary>
    /// Checks what must hold at each instant, also while others take and give back. Only under the session's lock.
    /// </summary>
    internal void AssertInvariants()
    {
        AssertPart("credit", SharedBytes);
        for (int i = 0; i < ByUrgency.Levels; i++)
        {
            AssertPart("leased", Volatile.Read(ref _leased[i]));
        }
    }

    /// <summary>Checks, to the byte, what holds while nobody is taking or giving back.</summary>
    internal void AssertSettled()
    {
        Gather();
        AssertInvariants();
        long found = CreditBytes;
        for (int i = 0; i < ByUrgency.Levels; i++)
        {
            found += LeasedBytes(i);
        }

        if (found != DrawnBytes)
        {
            throw Broken($"credit and leases are {found}");
        }
    }

    // Credit that is not spread over threads.
    private long SharedBytes => Volatile.Read(ref _word) >> MaskBits;

    private long LeasedBytes(int level)
    {
        long leased = Volatile.Read(ref _leased[level]);
        foreach (CreditStripe stripe in _stripes)
        {
            leased += (int)stripe.Urgency == level ? stripe.LeasedBytes : 0;
        }

        return leased;
    }

    private void AssertPart(string part, long bytes)
    {
        if (bytes < 0 || bytes > DrawnBytes)
        {
            throw Broken($"{part} is {bytes}");
        }
    }

    private InvalidOperationException Broken(string found)
        => new($"I3 does not hold in subsystem {Owner.Name}: {DrawnBytes} bytes are drawn, but {found}.");
}
