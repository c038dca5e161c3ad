using System.Net;
using Headroom.Silo.Kubernetes.Api;
using Headroom.Silo.Kubernetes.Resize;
using Xunit;

namespace Headroom.Kubernetes.Tests.Resize;

public sealed class ResizeRefusalTests
{
    [Theory]
    [InlineData(403, "pods \"a\" is forbidden: exceeded quota: mem, requested: limits.memory=1Gi", "Quota")]
    [InlineData(403, "pods \"a\" is forbidden: failed quota: mem: must specify limits.memory", "Quota")]
    [InlineData(403, "pods \"a\" is forbidden: User \"x\" cannot patch resource \"pods/resize\"", "Forbidden")]
    [InlineData(403, "pods \"a\" is forbidden: ValidatingAdmissionPolicy 'headroom-resize-guard' denied", "Forbidden")]
    [InlineData(403, "pods \"a\" is forbidden: memory 9Gi exceeds the node allocatable 8Gi", "TooLarge")]
    [InlineData(401, "Unauthorized", "Forbidden")]
    [InlineData(422, "spec: Pod QOS Class may not change as a result of resizing", "Qos")]
    [InlineData(422, "resources.limits: resource limits cannot be removed", "Refused")]
    [InlineData(422, "requests: must be less than or equal to memory limit", "Refused")]
    [InlineData(400, "bad", "Refused")]
    [InlineData(404, "pods \"a\" not found", "Gone")]
    [InlineData(409, "the object has been modified", "Conflict")]
    [InlineData(429, "slow down", "Unreachable")]
    [InlineData(500, "etcdserver: request timed out", "Unreachable")]
    [InlineData(503, "no", "Unreachable")]
    public void Of_StatusAndWords_IsTheOutcomeAndKeepsTheWords(int status, string words, string outcome)
    {
        LimitChange change = ResizeRefusal.Of(new ApiException((HttpStatusCode)status, words, null));

        Assert.Equal(outcome, change.Outcome.ToString());
        Assert.Contains(words, change.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_NoAnswer_IsUnreachable() =>
        Assert.Equal(LimitOutcome.Unreachable, ResizeRefusal.Of(new ApiException("refused")).Outcome);
}
