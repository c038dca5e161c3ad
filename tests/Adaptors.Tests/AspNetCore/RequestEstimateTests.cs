using Headroom.AspNetCore;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Xunit;

namespace Headroom.Adaptors.Tests.AspNetCore;

public sealed class RequestEstimateTests
{
    [Theory]
    [InlineData(1000L, 0, 1, 1000)]
    [InlineData(1000L, 24, 3, 3024)]
    [InlineData(0L, 24, 3, 24)]
    [InlineData(null, 24, 3, 15_024)]
    [InlineData(null, 0, 1, 5000)]
    [InlineData(long.MaxValue, 0, 1, long.MaxValue)]
    [InlineData(long.MaxValue, 1, 1, long.MaxValue)]
    [InlineData(long.MaxValue / 2, 0, 3, long.MaxValue)]
    public void ContentLength_OfARequest_IsWhatItSaysOrTheUnknown(
        long? length, long extra, int copies, long expected)
    {
        var context = new DefaultHttpContext();
        context.Request.ContentLength = length;

        Assert.Equal(expected, RequestEstimate.ContentLength(5000, extra, copies)(context));
    }

    [Fact]
    public void ContentLength_RequestCannotHaveABody_CountsNone()
    {
        var context = new DefaultHttpContext();
        context.Features.Set<IHttpRequestBodyDetectionFeature>(new NoBody());

        Assert.Equal(24, RequestEstimate.ContentLength(5000, 24)(context));
    }

    [Fact]
    public void ContentLength_NumbersOutOfTheirRange_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => RequestEstimate.ContentLength(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => RequestEstimate.ContentLength(0, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => RequestEstimate.ContentLength(0, 0, 0));
    }

    private sealed class NoBody : IHttpRequestBodyDetectionFeature
    {
        public bool CanHaveBody => false;
    }
}
