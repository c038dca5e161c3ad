namespace Headroom;

/// <content>Who gets what is free: in order of urgency, then of arrival.</content>
public sealed partial class HostLedger
{
    // Freed bytes go to those that wait: highest urgency first, then in order of arrival. Nothing of a lower urgency
    // is given while a higher one waits. The one that asks is answered; the others are told by a push.
    private bool Serve(TimeSpan now, HostAccount? asking)
    {
        bool answered = false;
        for (int level = ByUrgency.Levels - 1; level >= 0; level--)
        {
            answered |= ServeLevel(level, now, asking);
            if (_wants.First(level, now) is not null)
            {
                break;
            }
        }

        return answered;
    }

    // A bounded look: those behind the first that is stuck may overtake it, a bounded number of times in all. Whoever
    // is served before that is out of the queue, and does not count.
    private bool ServeLevel(int level, TimeSpan now, HostAccount? asking)
    {
        bool answered = false;
        HostAccount? stuck = null;
        LinkedListNode<HostAccount>? node = _wants.First(level, now);
        for (int looked = 0; node is not null && looked <= MaxOvertakes; looked += stuck is null ? 0 : 1)
        {
            LinkedListNode<HostAccount>? next = node.Next;
            HostAccount account = node.Value;
            if (stuck?.Overtaken[level] >= MaxOvertakes)
            {
                break;
            }

            if (_wants.IsSilent(account, now))
            {
                _wants.Leave(account);
            }
            else if (!Give(account, (Urgency)level, Available(account, (Urgency)level)))
            {
                stuck ??= account;
            }
            else
            {
                answered |= account == asking;
                Raised(account, asking);
                if (stuck is not null && stuck != account)
                {
                    stuck.Overtaken[level]++;
                }

                // What it still wants, it waits for where it stands.
                stuck ??= account.Slots[level] is null ? null : account;
            }

            node = next;
        }

        return answered;
    }

    // What a container asks within its own guarantee is its own: it waits behind nobody for that.
    private bool GiveOwn(HostAccount account)
    {
        bool given = false;
        for (int level = ByUrgency.Levels - 1; level >= 0; level--)
        {
            if (account.Want[level] > 0)
            {
                long own = Math.Min(account.UnusedGuarantee, Limit(account) - account.Allotted);
                given |= Give(account, (Urgency)level, Math.Min(own, FreeBytes));
            }
        }

        return given;
    }

    // Ahead of need only half of what is left: the last bytes go to whoever asks for them.
    private bool GiveAhead(HostAccount account, long ahead, TimeSpan now)
    {
        if (ahead == 0 || account.Want.Total > 0 || _wants.WaitsAbove(-1, now))
        {
            return false;
        }

        long give = Math.Min(ahead, Available(account, Urgency.Optional) / 2);
        SetAllotted(account, account.Allotted + give);
        return give > 0;
    }

    // All that the first waiter lacks, or nothing: a part of it would be held while waiting for the rest. Of what
    // else is wanted a part is of use; what then remains is given whole, until the container says better what it
    // lacks.
    private bool Give(HostAccount account, Urgency urgency, long available)
    {
        long give = Math.Min(account.Want[urgency], available);
        if (give <= 0 || give < account.Least[urgency])
        {
            return false;
        }

        SetAllotted(account, account.Allotted + give);
        account.Want[urgency] -= give;
        account.Least[urgency] = account.Want[urgency];
        if (account.Want[urgency] == 0)
        {
            _wants.Leave(account, (int)urgency);
        }

        return true;
    }

    private void Raised(HostAccount account, HostAccount? asking)
    {
        if (account == asking)
        {
            return;
        }

        account.Order++;
        Changed = true;
        Push(account);
    }
}
