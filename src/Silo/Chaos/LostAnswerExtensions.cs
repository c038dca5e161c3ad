using Polly;

namespace Headroom.Silo.Chaos;

/// <summary>Adds the strategy that loses answers.</summary>
internal static class LostAnswerExtensions
{
    /// <summary>Adds it.</summary>
    /// <param name="builder">Where to.</param>
    /// <param name="rate">The share of answers that are lost, 0 to 1.</param>
    /// <param name="chance">Numbers by chance, 0 to less than 1.</param>
    public static ResiliencePipelineBuilder<object?> AddLostAnswer(
        this ResiliencePipelineBuilder<object?> builder, double rate, Func<double> chance)
    {
        var options = new LostAnswerOptions { Name = "lost answer", InjectionRate = rate, Randomizer = chance };
        return builder.AddStrategy(_ => new LostAnswerStrategy(options), options);
    }
}
