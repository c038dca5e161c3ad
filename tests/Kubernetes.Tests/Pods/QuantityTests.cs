using Headroom.Silo.Kubernetes.Pods;
using Xunit;

namespace Headroom.Kubernetes.Tests.Pods;

public sealed class QuantityTests
{
    [Theory]
    [InlineData("0", 0L)]
    [InlineData("512", 512L)]
    [InlineData("+512", 512L)]
    [InlineData("1Ki", 1024L)]
    [InlineData("512Mi", 536_870_912L)]
    [InlineData("1.5Gi", 1_610_612_736L)]
    [InlineData("1.5G", 1_500_000_000L)]
    [InlineData(".5k", 500L)]
    [InlineData("5.k", 5_000L)]
    [InlineData("2e9", 2_000_000_000L)]
    [InlineData("2E3", 2_000L)]
    [InlineData("2E", 2_000_000_000_000_000_000L)]
    [InlineData("25e-1", 3L)]
    [InlineData("1500m", 2L)]
    [InlineData("1n", 1L)]
    [InlineData("7Ei", 8_070_450_532_247_928_832L)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void TryParseBytes_AnAmount_IsItsBytesRoundedUp(string text, long bytes)
    {
        Assert.True(Quantity.TryParseBytes(text, out long parsed));
        Assert.Equal(bytes, parsed);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("Mi")]
    [InlineData("1 Mi")]
    [InlineData("1mi")]
    [InlineData("1KI")]
    [InlineData("1MB")]
    [InlineData("1.2.3")]
    [InlineData("1,5Gi")]
    [InlineData("0x10")]
    [InlineData("8Ei")]
    [InlineData("9223372036854775808")]
    [InlineData("1e19")]
    [InlineData("1e999999999")]
    [InlineData("1e")]
    [InlineData("1e1.5")]
    [InlineData("1Mi\u0000")]
    [InlineData("99999999999999999999999999999999")]
    [InlineData("100000000000000000000000000000000000000000")]
    public void TryParseBytes_AnythingElse_IsNone(string? text) =>
        Assert.False(Quantity.TryParseBytes(text, out _), text);
}
