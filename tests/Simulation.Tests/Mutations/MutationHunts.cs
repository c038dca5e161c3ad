using System.Collections.Concurrent;

namespace Headroom.Simulation.Tests.Mutations;

/// <summary>Hunts all mutations, one on each processor.</summary>
public sealed class MutationHunts
{
    /// <summary>Worlds for one mutation: several times what the slowest to be found takes.</summary>
    public const int MostSeeds = 300;

    private readonly ConcurrentDictionary<string, string> _found = new(StringComparer.Ordinal);

    public MutationHunts()
    {
        var left = new ConcurrentQueue<Mutation>(MutationList.All);
        Thread[] threads = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(() => Hunt(left)))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
    }

    /// <summary>How each was found; "seed" and its number first.</summary>
    public IReadOnlyDictionary<string, string> Found => _found;

    private void Hunt(ConcurrentQueue<Mutation> left)
    {
        while (left.TryDequeue(out Mutation? mutation))
        {
            try
            {
                (int seeds, string? violation) = Mutant.Make(mutation, Repository.Root).Hunt(mutation.From, MostSeeds);
                _found[mutation.Id] = violation ?? $"{seeds} worlds from {mutation.From} on did not break.";
            }
            catch (InvalidOperationException broken)
            {
                _found[mutation.Id] = broken.Message;
            }
        }
    }
}
