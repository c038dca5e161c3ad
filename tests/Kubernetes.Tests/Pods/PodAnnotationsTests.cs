using Headroom.Silo.Kubernetes.Pods;
using Xunit;

namespace Headroom.Kubernetes.Tests.Pods;

public sealed class PodAnnotationsTests
{
    [Fact]
    public void Read_ForThePod_HoldsForEachContainer()
    {
        Pod pod = GivenPod.With("app", "log").Annotated(
            "guarantee", "64Mi", "margin", "25%", "resize-max", "1Gi", "max-urgency.journal", "RiskyToFail");
        var annotations = new PodAnnotations(pod);

        Assert.Empty(annotations.Problems);
        foreach (string container in (ReadOnlySpan<string>)["app", "log"])
        {
            ContainerWish wish = annotations.Of(container);
            Assert.Equal(64 * GivenPod.Mebibyte, wish.GuaranteeBytes);
            Assert.Equal(25, wish.MarginPercent);
            Assert.Equal(1024 * GivenPod.Mebibyte, wish.ResizeMaxBytes);
            Assert.Equal(Urgency.RiskyToFail, wish.MaxUrgencies["journal"]);
        }
    }

    [Fact]
    public void Read_ForOneContainer_GoesBeforeThatForThePod()
    {
        Pod pod = GivenPod.With("app", "log").Annotated(
            "guarantee", "64Mi",
            "guarantee.log", "1Mi",
            "margin.app", "5",
            "max-urgency.journal", "3",
            "max-urgency.journal.log", "optional");
        var annotations = new PodAnnotations(pod);

        Assert.Empty(annotations.Problems);
        Assert.Equal(64 * GivenPod.Mebibyte, annotations.Of("app").GuaranteeBytes);
        Assert.Equal(GivenPod.Mebibyte, annotations.Of("log").GuaranteeBytes);
        Assert.Equal(5, annotations.Of("app").MarginPercent);
        Assert.Null(annotations.Of("log").MarginPercent);
        Assert.Equal(Urgency.MustSucceed, annotations.Of("app").MaxUrgencies["journal"]);
        Assert.Equal(Urgency.Optional, annotations.Of("log").MaxUrgencies["journal"]);
    }

    [Fact]
    public void Read_SubsystemWithADotAndNoSuchContainer_IsTheSubsystemsName()
    {
        var annotations = new PodAnnotations(
            GivenPod.With("app").Annotated("max-urgency.page.cache", "1", "max-urgency.app", "2"));

        Assert.Empty(annotations.Problems);
        Assert.Equal(["app", "page.cache"], annotations.Of("app").MaxUrgencies.Keys);
    }

    [Theory]
    [InlineData("guarantee", "lots")]
    [InlineData("guarantee", "-1Mi")]
    [InlineData("guarantee", "")]
    [InlineData("guarantee.log", "1Mi")]
    [InlineData("margin", "91")]
    [InlineData("margin", "-1")]
    [InlineData("margin", "ten")]
    [InlineData("margin", "5%%")]
    [InlineData("margin", "10.5")]
    [InlineData("resize-max", "0")]
    [InlineData("resize-max", "1gb")]
    [InlineData("max-urgency.journal", "4")]
    [InlineData("max-urgency.journal", "-1")]
    [InlineData("max-urgency.journal", "Critical")]
    [InlineData("max-urgency.journal", "Optional, SafeToFail")]
    [InlineData("max-urgency.journal", "")]
    [InlineData("max-urgency", "1")]
    [InlineData("max-urgency.", "1")]
    public void Read_BadValue_IsToldOnceAndNotUsed(string key, string value)
    {
        var annotations = new PodAnnotations(GivenPod.With("app").Annotated(key, value));

        PodProblem problem = Assert.Single(annotations.Problems);
        Assert.Equal(PodProblem.BadAnnotation, problem.Reason);
        Assert.Contains(PodAnnotations.Prefix + key, problem.Message, StringComparison.Ordinal);
        Assert.Equal(new ContainerWish(), annotations.Of("app"));
    }

    [Fact]
    public void Read_BadValueForOneContainer_LeavesThatForThePod()
    {
        var annotations = new PodAnnotations(
            GivenPod.With("app").Annotated("guarantee", "1Mi", "guarantee.app", "much"));

        Assert.Single(annotations.Problems);
        Assert.Equal(GivenPod.Mebibyte, annotations.Of("app").GuaranteeBytes);
    }

    [Fact]
    public void Read_UnknownAnnotation_IsToldOnce()
    {
        var annotations = new PodAnnotations(GivenPod.With("app").Annotated("garantee", "1Mi"));

        PodProblem problem = Assert.Single(annotations.Problems);
        Assert.Equal(PodProblem.UnknownAnnotation, problem.Reason);
    }

    [Fact]
    public void Read_LongBadValue_IsShortenedInTheMessage()
    {
        var annotations = new PodAnnotations(
            GivenPod.With("app").Annotated("guarantee", new string('9', 250_000)));

        Assert.InRange(Assert.Single(annotations.Problems).Message.Length, 1, 400);
    }
}
