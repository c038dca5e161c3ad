namespace Headroom.Remote;

/// <summary>How soon a lender that does not answer is given up.</summary>
/// <param name="Beat">Time between two looks at a connection; one on which nothing is under way is pinged.</param>
/// <param name="MostSilentBeats">
/// After so many in which nothing came although something was awaited, the lender is dead. Beats are counted, not time:
/// a borrower that was frozen itself has missed none.
/// </param>
/// <param name="ReconnectFor">How long a broken connection is tried again while the lender may live.</param>
/// <param name="ReconnectPause">Time between two tries.</param>
internal sealed record RemoteTimes(TimeSpan Beat, int MostSilentBeats, TimeSpan ReconnectFor, TimeSpan ReconnectPause)
{
    /// <summary>As the cluster finds a dead silo: three probes of a second.</summary>
    public static readonly RemoteTimes Default = new(
        TimeSpan.FromSeconds(1), 3, TimeSpan.FromSeconds(3), TimeSpan.FromMilliseconds(20));
}
