namespace Headroom.Remote;

/// <summary>What came of a frame at one lender.</summary>
internal enum FrameOutcome
{
    /// <summary>The lender has answered.</summary>
    Done,

    /// <summary>The connection broke; another replica can be asked.</summary>
    Elsewhere,

    /// <summary>The lender has lost the bytes, or is given up.</summary>
    Lost,
}
