using System.Diagnostics;
using Headroom.Core.Tests.Session;

namespace Headroom.Client.Tests.Silo;

/// <summary>The reference's books for the grains of one silo after another.</summary>
internal sealed class BudgetBooks
{
    private readonly Lock _lock = new();
    private readonly ReferenceAuthority _authority = new(1 << 20);
    private readonly long _start = Stopwatch.GetTimestamp();

    /// <summary>A decision for the next request, instead of the books'.</summary>
    internal Contracts.LeaseAnswer? Next { get; set; }

    /// <summary>
    /// Whether the next request has its decision at its first attempt, or when it is asked carefully.
    /// </summary>
    internal bool NextIsAtOnce { get; set; }

    internal Contracts.OpenSession? LastOpened { get; set; }

    /// <summary>What came along with the last request for a lease.</summary>
    internal string[] RequestContextKeys { get; set; } = [];

    /// <summary>Messages with first attempts that arrived.</summary>
    internal int FirstAttempts { get; set; }

    internal long ChargedBytes => With((books, _) => books.ChargedBytes);

    internal T With<T>(Func<ReferenceAuthority, TimeSpan, T> use)
    {
        lock (_lock)
        {
            return use(_authority, Stopwatch.GetElapsedTime(_start));
        }
    }

    internal void AskBack(Urgency below, long keepBytes) => With((books, _) =>
    {
        books.ReclaimBelow = below;
        books.KeepBytes = keepBytes;
        return true;
    });

    internal void Restart() => With((books, now) =>
    {
        books.Restart(now);
        return true;
    });

    /// <summary>What is answered to a first attempt instead of the books' decision; null for that.</summary>
    internal Contracts.LeaseAnswer? TakeNextAtOnce()
    {
        if (Next is null)
        {
            return null;
        }

        Contracts.LeaseAnswer next = NextIsAtOnce ? Next : new() { Outcome = (byte)Outcome.Waiting };
        Next = NextIsAtOnce ? null : Next;
        return next;
    }
}
