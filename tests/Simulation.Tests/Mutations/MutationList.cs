namespace Headroom.Simulation.Tests.Mutations;

/// <summary>The mutations of docs/model/mutations.md that the simulation is to find.</summary>
internal static class MutationList
{
    private const string Ledger = "src/Core/Ledger/";

    internal static Mutation Find(string id) => All.Single(mutation => mutation.Id == id);

    internal static IReadOnlyList<Mutation> All { get; } =
    [
        new("no-order-numbers", Ledger + "ContainerLedger.Sessions.cs",
            "if (command.Seen == session.Order)", "if (command.Seen <= session.Order)"),
        new("no-order-numbers-at-host", Ledger + "HostLedger.cs",
            "if (command.Seen == account.Order)", "if (command.Seen <= account.Order)"),
        new("no-request-ids", Ledger + "ContainerLedger.Requests.cs",
            "            if (!first.SameAs(command))\n            {\n                return Conflict();\n"
                + "            }\n\n            _answers.AskedAgain(command.RequestId);\n"
                + "            return Repeated(answer, now);",
            "            _answers.Forget(command.RequestId);"),
        new("authority-before-holder", Ledger + "ContainerLedger.Sessions.cs",
            "now + _rules.SessionTtl + Grace(_rules.SessionTtl)", "now + (_rules.SessionTtl / 2)"),
        new("ttl-from-answer", "src/Core/Session/SessionCore.Messages.cs",
            "Acted(turn, answer, awaited, now, jitter);",
            "Acted(turn with { SentAt = now }, answer, awaited, now, jitter);"),
        new("credit-after-lapse", "src/Core/Session/SessionCore.cs",
            "if (!_usable || !IsOver(now))",
            "if (_usable && IsOver(now)) { Volatile.Write(ref _lapsesAtTicks, now.Ticks + TimeSpan.TicksPerMinute); }\n"
                + "if (_usable || !IsOver(now))"),
        new("no-fence", Ledger + "HostLedger.cs",
            "out HostAccount? account) || account.Epoch != command.Epoch)", "out HostAccount? account))"),
        new("mark-written-late", "src/Grains/Budgets/HostBudgetGrain.cs",
            "await FlushAsync();\n        if (AuthorityLeft() == TimeSpan.Zero)",
            "_ = FlushAsync();\n        if (AuthorityLeft() == TimeSpan.Zero)"),
        new("no-mark", Ledger + "ContainerLedger.cs",
            "_mark = row.AllottedBytes + row.OverdraftBytes;", "_mark = 0;"),
        new("learning-too-short", Ledger + "ContainerLedger.cs",
            "_learnUntil = (joined ?? now) + longest + Grace(longest);",
            "_learnUntil = joined ?? now;"),
        new("opening-learned-twice", Ledger + "ContainerLedger.Sessions.cs",
            "if (_ghosts.Knows(command.Session) || _over.Contains(command.Session))",
            "if (_ghosts.Knows(command.Session))"),
        new("timer-frees-memory", Ledger + "ContainerLedger.Expiry.cs",
            "_ghosts.Add(session.Id, session.Process, held, baseBytes, _watch + 1, now);", ""),
        new("reclaim-counts-early", Ledger + "ContainerLedger.Trading.cs",
            "            account.TargetBytes = target;\n",
            "            account.TargetBytes = target;\n            SetBooked(session, account, target);\n"),
        new("host-reclaim-counts-early", Ledger + "HostLedger.Reclaim.cs",
            "        victim.Reclaimable[level] -= bytes;\n        Push(victim);",
            "        victim.Reclaimable[level] -= bytes;\n        SetAllotted(victim, victim.Allotted - bytes);\n"
                + "        Push(victim);"),
        new("emergency-for-all", "src/Core/Session/CreditAccount.cs",
            "long kept = urgency == Urgency.MustSucceed ? 0 : EmergencyBytes;", "long kept = 0;"),
        new("reserve-for-all", Ledger + "HostLedger.cs",
            "CapacityBytes - Math.Max(ReserveBytes, _lent) - _allotted", "CapacityBytes - _lent - _allotted"),
        new("overdraft-for-all", Ledger + "ContainerLedger.Ladder.cs",
            "(urgency < _hostBelow ? Math.Min(_allotted, _hostKeep) : _allotted) - CommittedBytes;",
            "_allotted + _overdraft - CommittedBytes;"),
        new("higher-overtaken", Ledger + "ContainerLedger.Requests.cs",
            "return _queue.Highest <= (int)urgency && (first", "return (first"),
        new("given-up-granted", Ledger + "ContainerLedger.Requests.cs",
            "return command.Session != Guid.Empty && _answers.WasGivenUp(command.Session, command.RequestId)",
            "return command.Session == Guid.Empty && _answers.WasGivenUp(command.Session, command.RequestId)"),
        new("loan-before-mark", "src/Core/Lending/ReserveLedger.Marks.cs",
            "if (!_fenced && loan.Command.Bytes <= left)", "if (!_fenced)"),
        new("late-mark-counts", Ledger + "HostLedger.Lending.cs",
            "if (mark.Number > _lendNumber)", "if (mark.Number > 0)"),
        new("lender-forgets-cancel", "src/Core/Lending/ReserveLedger.cs",
            "if (_over.Contains(command.RequestId))", "if (_over.Count < 0)"),
    ];
}
