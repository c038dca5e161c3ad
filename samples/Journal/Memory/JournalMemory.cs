namespace Headroom.Samples.Journal.Memory;

/// <summary>Where each of the four parts of the store asks for memory. They may be one budget, four, or none.</summary>
internal sealed record JournalMemory
{
    /// <summary>The read-ahead cache, which asks at <see cref="Urgency.Optional"/>.</summary>
    public required IAdmission Cache { get; init; }

    /// <summary>Opening, reading and starting transactions, which ask at <see cref="Urgency.SafeToFail"/>.</summary>
    public required IAdmission Opening { get; init; }

    /// <summary>Writers that store at close, which ask at <see cref="Urgency.RiskyToFail"/>.</summary>
    public required IAdmission Writers { get; init; }

    /// <summary>The journal, whose commits ask at <see cref="Urgency.MustSucceed"/>.</summary>
    public required IAdmission Commits { get; init; }

    /// <summary>Nobody is asked.</summary>
    internal static JournalMemory Unlimited() => Of(new UnlimitedAdmission());

    /// <summary>All parts ask one budget.</summary>
    internal static JournalMemory Of(IAdmission budget)
        => new() { Cache = budget, Opening = budget, Writers = budget, Commits = budget };

    /// <summary>Each part is a subsystem of its own in the container's budget.</summary>
    internal static JournalMemory Of(IMemoryBudget budget)
        => new()
        {
            Cache = new SubsystemAdmission(budget.Subsystem("page-cache")),
            Opening = new SubsystemAdmission(budget.Subsystem("opening")),
            Writers = new SubsystemAdmission(budget.Subsystem("writers")),
            Commits = new SubsystemAdmission(budget.Subsystem("journal")),
        };

    /// <summary>The same, counted.</summary>
    internal JournalMemory CountedBy(MemoryTally tally)
        => new()
        {
            Cache = new TalliedAdmission("page-cache", Cache, tally),
            Opening = new TalliedAdmission("opening", Opening, tally),
            Writers = new TalliedAdmission("writers", Writers, tally),
            Commits = new TalliedAdmission("journal", Commits, tally),
        };

    /// <summary>The same, with a cache that gives way to the other three.</summary>
    internal JournalMemory YieldingFrom(Func<long, long> trim, TimeProvider timeProvider)
        => this with
        {
            Opening = new YieldingAdmission(Opening, trim, timeProvider),
            Writers = new YieldingAdmission(Writers, trim, timeProvider),
            Commits = new YieldingAdmission(Commits, trim, timeProvider),
        };
}
