namespace Headroom.Remote;

/// <summary>A lender's answer to a hello or to a frame. The values are those on the wire.</summary>
public enum MemoryStatus : byte
{
    /// <summary>Nothing; never sent.</summary>
    None = 0,

    /// <summary>Done.</summary>
    Ok = 1,

    /// <summary>
    /// No such loan here, or another token: the same answer, so that nobody learns which loans there are.
    /// </summary>
    Refused = 2,

    /// <summary>The version is not spoken here.</summary>
    OtherVersion = 3,

    /// <summary>The range is not within the loan. The connection ends after it.</summary>
    OutOfRange = 4,

    /// <summary>The frame cannot be understood. The connection ends after it.</summary>
    BadFrame = 5,
}
