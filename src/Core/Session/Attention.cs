namespace Headroom;

/// <summary>What threads that lease ask of the session's next exchange.</summary>
[Flags]
internal enum Attention
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Credit runs low.</summary>
    Want = 1,

    /// <summary>There is something to give back.</summary>
    Give = 2,

    /// <summary>There is more credit than should lie ready, which may yet be used.</summary>
    Ebb = 4,
}
