namespace Headroom.Samples.Journal.Workload;

/// <summary>How an import went.</summary>
internal sealed record ImportReport
{
    /// <summary>Files that were stored.</summary>
    public int Files { get; set; }

    /// <summary>Their bytes.</summary>
    public long Bytes { get; set; }

    /// <summary>Transactions that stored them.</summary>
    public int Transactions { get; set; }

    /// <summary>How often memory was refused; each time it was tried again later.</summary>
    public int Refusals { get; set; }

    /// <summary>Files that could not be read or are too large.</summary>
    public int Skipped { get; set; }

    /// <summary>Values that came back the same.</summary>
    public int Verified { get; set; }

    /// <summary>Values that came back different, or not at all.</summary>
    public int Different { get; set; }

    /// <summary>How long storing took.</summary>
    public TimeSpan ImportTime { get; set; }

    /// <summary>How long scanning back took.</summary>
    public TimeSpan ScanTime { get; set; }

    /// <summary>What was skipped or different, a line each.</summary>
    public List<string> Problems { get; } = [];
}
