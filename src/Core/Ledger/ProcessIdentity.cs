namespace Headroom;

/// <summary>
/// A process as the witness of what its session holds. Equal only for the same run of the same process.
/// </summary>
/// <param name="Id">Process id; 0 when unknown.</param>
/// <param name="Start">Start in clock ticks since boot.</param>
/// <param name="PidNamespace">Inode of the PID namespace that the id belongs to.</param>
/// <param name="BootId">Boot id of the machine.</param>
public readonly record struct ProcessIdentity(int Id, long Start, long PidNamespace, string BootId)
{
    /// <summary>No process to look at.</summary>
    public static readonly ProcessIdentity None = new(0, 0, 0, "");

    /// <summary>Whether there is a process to look at.</summary>
    public bool IsKnown => Id > 0 && Start > 0;
}
