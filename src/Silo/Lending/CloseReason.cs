namespace Headroom.Silo.Lending;

/// <summary>Why a borrower's connection ended.</summary>
internal enum CloseReason
{
    /// <summary>It is open.</summary>
    None,

    /// <summary>The borrower closed it.</summary>
    Peer,

    /// <summary>It broke.</summary>
    Broken,

    /// <summary>It named no loan that is here, or had another token.</summary>
    Refused,

    /// <summary>It spoke another version.</summary>
    OtherVersion,

    /// <summary>It sent what is no frame.</summary>
    BadFrame,

    /// <summary>It named a range outside the loan.</summary>
    OutOfRange,

    /// <summary>Nothing went either way for longer than a living borrower is silent.</summary>
    Silent,

    /// <summary>The loan ended.</summary>
    Freed,

    /// <summary>The borrower connected anew.</summary>
    Superseded,

    /// <summary>Too many connections had not yet shown a token.</summary>
    Crowded,

    /// <summary>This process stops.</summary>
    Stopped,
}
