namespace Headroom;

/// <content>What sessions hold for subsystems, and the sums of it.</content>
public sealed partial class ContainerLedger
{
    private Session.Account Account(Session session, string subsystem)
    {
        int at = 0;
        return Account(session, subsystem, ref at);
    }

    private Session.Account Account(Session session, string subsystem, ref int at)
    {
        if (session.Accounts.Find(subsystem, ref at) is { } known)
        {
            return known;
        }

        SubsystemBook book = Book(subsystem)
            ?? throw new LedgerException($"There was no room for {subsystem}, though the command was found valid.");
        var account = new Session.Account(session, book);
        session.Accounts.Add(account);
        book.Users++;
        return account;
    }

    private void Remove(Session session, Session.Account account)
    {
        Acquit(account);
        SetEmergency(account, 0);
        SetLeased(account, default);
        SetBooked(session, account, 0);
        session.Accounts.Remove(account);
        account.Book.Users--;
    }

    // Mostly they are as they were.
    private void SetHeld(Session.Account account, long bytes, ByUrgency leased)
    {
        if (bytes == account.BookedBytes && leased == account.LeasedBytes)
        {
            return;
        }

        SetLeased(account, default);
        SetBooked(account.Owner, account, bytes);
        SetLeased(account, leased);
    }

    private void SetBooked(Session session, Session.Account account, long bytes)
    {
        long delta = bytes - account.BookedBytes;
        account.BookedBytes = bytes;
        account.Book.CreditBytes += delta;
        _held += delta;
        _beyond -= session.BeyondBytes;
        session.DrawnBytes += delta;

        // What is given back may have been given back to an earlier authority, too, and be in use by somebody else
        // there: the mark stands for it no more, and what is drawn again is new.
        session.BaseBytes = delta < 0 ? Math.Min(session.BaseBytes, session.DrawnBytes) : session.BaseBytes;
        _beyond += session.BeyondBytes;
    }

    private void SetLeased(Session.Account account, ByUrgency leased)
    {
        ByUrgency delta = leased - account.LeasedBytes;
        account.LeasedBytes = leased;
        account.Book.AddLeased(delta);
        account.Book.CreditBytes -= delta.Total;
        _leased += delta;
    }

    // Never more than the policy keeps, nor than there is.
    private static void SetEmergency(Session.Account account, long bytes)
    {
        long most = Math.Min(account.CreditBytes, account.Book.Policy.EmergencyCreditBytes);
        long kept = Math.Clamp(bytes, 0, Math.Max(0, most));
        account.Book.EmergencyBytes += kept - account.EmergencyBytes;
        account.EmergencyBytes = kept;
    }
}
