namespace Headroom.Silo.Http;

/// <summary>What one rung of the ladder had for a request.</summary>
/// <param name="Rung">The rung's name.</param>
/// <param name="AvailableBytes">Bytes it could have given; less than 0 when the budget is overdrawn.</param>
internal sealed record RungResponse(string Rung, long AvailableBytes);
