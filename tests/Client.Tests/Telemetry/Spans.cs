using System.Collections.Concurrent;
using System.Diagnostics;

namespace Headroom.Client.Tests.Telemetry;

/// <summary>
/// The spans that the SDK ends while this lives: those of one trace, which a test's own span began, or all.
/// </summary>
internal sealed class Spans : IDisposable
{
    // By name: the source asks listeners while it is made.
    private const string Name = "Headroom.Client.Tests";

    private static readonly ActivitySource Tests = new(Name);

    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly ActivityListener _listener;

    internal Spans(string alsoOf = "")
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Headroom" || source.Name == Name || source.Name == alsoOf,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>Begins a span of the caller's.</summary>
    internal static Activity Begin() => Tests.StartActivity("test")!;

    internal IReadOnlyList<Activity> In(Activity trace) =>
        [.. _ended.Where(activity => activity.TraceId == trace.TraceId && activity.Source != Tests)];

    internal IReadOnlyList<Activity> Named(string name) => [.. _ended.Where(activity => activity.DisplayName == name)];

    public void Dispose() => _listener.Dispose();
}
