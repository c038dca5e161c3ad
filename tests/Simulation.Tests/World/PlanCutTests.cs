using Xunit;

namespace Headroom.Simulation.Tests.World;

public sealed class PlanCutTests
{
    [Theory]
    [InlineData("")]
    [InlineData("f0,3")]
    [InlineData("f1 c2,4 h1 b12.5 n")]
    public void Text_ReadAgain_IsTheSame(string text) => Assert.Equal(text, PlanCut.Parse(text).ToString());

    [Theory]
    [InlineData("x1")]
    [InlineData("f")]
    [InlineData("bsoon")]
    public void Text_OfSomethingElse_IsRefused(string text) =>
        Assert.Throws<FormatException>(() => PlanCut.Parse(text));
}
