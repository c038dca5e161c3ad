namespace Headroom.Grains.Lending;

/// <summary>What a host could lend.</summary>
/// <param name="Host">The host.</param>
/// <param name="FreePledgeBytes">Pledged and not lent, as last heard.</param>
internal readonly record struct PledgeRow(string Host, long FreePledgeBytes);
