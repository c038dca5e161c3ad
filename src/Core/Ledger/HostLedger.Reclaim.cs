namespace Headroom;

/// <content>What must-succeed may get beyond its allotment, and what other containers are asked for.</content>
public sealed partial class HostLedger
{
    // Of each lower level RiskyToFail leaves a container this part of its limit: strict order must not starve anybody.
    internal const int FloorSharePercent = 5;

    // Containers that were asked to come down and still may.
    private readonly List<HostAccount> _asked = [];

    // One plan for all that wait: what lacks, less what is already coming.
    private void AskBack(TimeSpan now)
    {
        if (_asked.Count > 0)
        {
            AcquitSettled(now);
        }

        ByUrgency lacking = default;
        for (int level = (int)Urgency.RiskyToFail; level < ByUrgency.Levels; level++)
        {
            foreach (HostAccount account in _wants.At(level, now))
            {
                lacking[level] += Math.Min(account.Want[level], account.Reclaim[level]);
            }
        }

        if (lacking.Total == 0)
        {
            Withdraw();
            return;
        }

        // The floor of RiskyToFail has to be left free, too. A deficit has to be filled before anybody is served.
        long floor = lacking[Urgency.RiskyToFail] > 0 ? _floor[Urgency.RiskyToFail] : 0;
        long need = lacking.Total + floor - (FreeBytes - _unusedGuarantee) - _asked.Sum(account => account.Pending);
        for (int level = ByUrgency.Levels - 1; level >= (int)Urgency.RiskyToFail && need > 0; level--)
        {
            if (lacking[level] > 0)
            {
                need = AskBack((Urgency)level, need, now);
            }
        }
    }

    // It came down, or its time is over: then it is no longer counted on.
    private void AcquitSettled(TimeSpan now)
    {
        foreach (HostAccount account in _asked.ToArray())
        {
            if (account.Pending == 0 || now >= account.ReclaimUntil)
            {
                Acquit(account);
            }
        }
    }

    private void Withdraw()
    {
        foreach (HostAccount account in _asked.ToArray())
        {
            Acquit(account);
            Push(account);
        }
    }

    private void Acquit(HostAccount account)
    {
        account.ReclaimBelow = Urgency.Optional;
        account.ReclaimKeep = 0;
        _asked.Remove(account);
    }

    // Optional first, of all containers; the largest first, so that few are disturbed.
    private long AskBack(Urgency below, long need, TimeSpan now)
    {
        for (int level = 0; level < (int)below && need > 0; level++)
        {
            (HostAccount Account, long Bytes)[] victims =
            [
                .. _accounts.Values
                    .Select(account => (Account: account, Bytes: CanYield(account, level, below)))
                    .Where(victim => victim.Bytes > 0)
                    .OrderByDescending(victim => victim.Bytes),
            ];
            foreach ((HostAccount victim, long bytes) in victims)
            {
                if (need <= 0)
                {
                    break;
                }

                long take = Math.Min(need, bytes);
                Ask(victim, level, take, now);
                need -= take;
            }
        }

        return need;
    }

    private void Ask(HostAccount victim, int level, long bytes, TimeSpan now)
    {
        if (victim.ReclaimBelow == Urgency.Optional)
        {
            victim.ReclaimKeep = victim.Allotted;
            _asked.Add(victim);
        }

        victim.ReclaimKeep -= bytes;
        victim.ReclaimBelow = (Urgency)Math.Max((int)victim.ReclaimBelow, level + 1);
        victim.ReclaimUntil = now + _defaults.ReclaimWithin;
        victim.Reclaimable[level] -= bytes;
        Push(victim);
    }

    // What it could give up at a level, above its guarantee and beyond what it was asked for. One that wants bytes at
    // that urgency itself is not asked: it would ask for them back.
    private long CanYield(HostAccount account, int level, Urgency below)
    {
        for (int wants = (int)below; wants < ByUrgency.Levels; wants++)
        {
            if (account.Want[wants] > 0)
            {
                return 0;
            }
        }

        long share = below == Urgency.MustSucceed ? 0 : Limit(account) / 100 * FloorSharePercent;
        long above = account.Allotted - account.Pending - account.Guarantee;
        return Math.Max(0, Math.Min(above, account.Reclaimable[level] - share));
    }

    // A demand is no promise: it needs no write, only a word.
    private void Push(HostAccount account)
    {
        if (!account.IsRaised)
        {
            account.IsRaised = true;
            _raised.Add(account);
        }
    }

    private long OverdraftAvailable(HostAccount account) =>
        Math.Max(0, MustSucceedFreeBytes - (_unusedGuarantee - account.UnusedGuarantee));

    // Whole or not at all: a part of what the first waiter lacks would be held while waiting for the rest.
    private bool GiveOverdraft(HostAccount account, AllotCommand command, long given)
    {
        long want = command.OverdraftBytes - given;
        long least = Math.Max(1, command.LeastOverdraftBytes - given);
        long give = Math.Min(want, OverdraftAvailable(account));
        if (give < least)
        {
            return false;
        }

        SetOverdraft(account, account.Overdraft + give);

        // It serves those that wanted the same bytes the ordinary way.
        account.Want[Urgency.MustSucceed] = Math.Max(0, account.Want[Urgency.MustSucceed] - give);
        account.Least[Urgency.MustSucceed] = account.Want[Urgency.MustSucceed];
        if (account.Want[Urgency.MustSucceed] == 0)
        {
            _wants.Leave(account, (int)Urgency.MustSucceed);
        }

        return true;
    }
}
