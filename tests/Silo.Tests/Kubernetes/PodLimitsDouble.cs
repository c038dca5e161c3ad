using System.Threading.Channels;
using Headroom.Silo.Kubernetes.Resize;

namespace Headroom.Silo.Tests.Kubernetes;

/// <summary>Limits that are changed as a test says, each change when the test says so.</summary>
internal sealed class PodLimitsDouble : IPodLimits
{
    private readonly Channel<LimitAsk> _asked = Channel.CreateUnbounded<LimitAsk>();

    /// <summary>The limit that is in effect, and wanted.</summary>
    internal long Limit { get; set; }

    public long? MostBytes(string container) => long.MaxValue;

    public long? LimitBytes(string container) => Limit;

    public bool IsSettledAt(string container, long limitBytes) => Limit == limitBytes;

    public Task<LimitChange> SetAsync(string container, long limitBytes, CancellationToken ct)
    {
        var asked = new LimitAsk(container, limitBytes);
        ct.Register(() => asked.Answer.TrySetCanceled(ct));
        _asked.Writer.TryWrite(asked);
        return asked.Answer.Task;
    }

    /// <summary>How many changes were asked for and not yet taken by the test.</summary>
    internal int Asked => _asked.Reader.Count;

    /// <summary>The next change that is asked for.</summary>
    internal ValueTask<LimitAsk> NextAsync(CancellationToken ct) => _asked.Reader.ReadAsync(ct);
}
