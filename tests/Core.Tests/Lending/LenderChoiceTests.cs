using Xunit;

namespace Headroom.Core.Tests.Lending;

public sealed class LenderChoiceTests
{
    [Fact]
    public void Order_AsksEveryHostOnceTheAbleFirst()
    {
        (string, long)[] lenders = [("a", 10), ("b", 100), ("c", 0), ("d", 200), ("e", 99)];
        for (int seed = 0; seed < 200; seed++)
        {
            IReadOnlyList<string> order = LenderChoice.Order(lenders, 100, new Random(seed).Next);

            Assert.Equal(["b", "d"], order.Take(2).Order());
            Assert.Equal(["a", "c", "e"], order.Skip(2).Order());
        }
    }

    [Fact]
    public void Order_Nobody_IsEmpty() => Assert.Empty(LenderChoice.Order([], 1, new Random(1).Next));

    // With the best always first, all who ask at the same moment would ask the same one.
    [Fact]
    public void Order_FirstAsked_PrefersMoreFreeButIsNotAlwaysTheBest()
    {
        (string Host, long)[] lenders = [.. Enumerable.Range(0, 10).Select(n => ($"h{n}", 100L + n))];
        Dictionary<string, int> first = Enumerable.Range(0, 10_000)
            .GroupBy(seed => LenderChoice.Order(lenders, 1, new Random(seed).Next)[0], StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);

        // Of two picks with replacement the best comes first with probability 1 - 0.9^2, the worst with 0.1^2.
        Assert.InRange(first["h9"], 1_600, 2_200);
        Assert.InRange(first["h0"], 40, 200);
    }
}
