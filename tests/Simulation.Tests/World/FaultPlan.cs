namespace Headroom.Simulation.Tests.World;

/// <summary>Something that goes wrong in a world.</summary>
/// <param name="Kind">What.</param>
/// <param name="At">When; with a moment, from when on that is waited for.</param>
/// <param name="Lasts">For how long.</param>
/// <param name="Host">The host; "" for what concerns none.</param>
/// <param name="Client">The client; 0 for what concerns none.</param>
/// <param name="Variant">Chooses among the ways in which it may go wrong.</param>
internal sealed record FaultPlan(
    FaultKind Kind, TimeSpan At, TimeSpan Lasts, string Host, int Client, int Variant)
{
    /// <summary>The moment that it waits for; null for none.</summary>
    internal Moment? Moment { get; init; }

    /// <summary>Of the moment: which call; "" for any.</summary>
    internal string Call { get; init; } = "";

    /// <summary>Of the moment: the how manieth.</summary>
    internal int Nth { get; init; } = 1;

    public override string ToString()
    {
        string when = Moment is { } moment ? $"at {moment} {Call} number {Nth} after {At}" : $"at {At}";
        string whom = Client > 0 ? $"client {Client}" : Host;
        return $"{Kind}/{Variant} {whom} {when} for {Lasts}";
    }
}
