using Headroom.Contracts;

namespace Headroom.Simulation.Tests.Clients;

/// <summary>A lease that a client holds: real memory, from the moment it has it.</summary>
internal sealed class Held(LeaseSlot slot, long token, long bytes, Urgency urgency, SubsystemCredit credit)
{
    /// <summary>A client is one thread here.</summary>
    internal const nuint Place = 1 << 12;

    internal LeaseSlot Slot => slot;

    internal long Token => token;

    internal long Bytes => bytes;

    internal Urgency Urgency => urgency;

    internal SubsystemCredit Credit => credit;

    /// <summary>The account that it was taken from: another one than the subsystem's now when it is lost.</summary>
    internal required CreditAccount Account { get; init; }

    /// <summary>Where its bytes are, when they are not at home; null otherwise.</summary>
    internal Loan? Loan { get; init; }

    /// <summary>Whether nobody stands behind it any more.</summary>
    internal bool IsLost => Account != credit.Account;
}
