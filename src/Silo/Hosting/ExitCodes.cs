namespace Headroom.Silo.Hosting;

/// <summary>What the process says when it ends. The numbers above 1 are those of BSD's sysexits.h.</summary>
internal static class ExitCodes
{
    /// <summary>It was told to stop, and did.</summary>
    public const int Ok = 0;

    /// <summary>A setting is wrong (EX_CONFIG).</summary>
    public const int BadSettings = 78;

    /// <summary>A port, a folder or a store that it needs is not to be had (EX_UNAVAILABLE).</summary>
    public const int Unavailable = 69;
}
