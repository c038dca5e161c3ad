using Polly.Simmy;

namespace Headroom.Silo.Chaos;

/// <summary>How often answers are lost.</summary>
internal sealed class LostAnswerOptions : ChaosStrategyOptions;
