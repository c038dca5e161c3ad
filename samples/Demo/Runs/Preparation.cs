using Headroom.Samples.Demo.Work;
using Headroom.Samples.Journal.Engine;
using Headroom.Samples.Journal.Memory;
using Headroom.Samples.Journal.Workload;

namespace Headroom.Samples.Demo.Runs;

/// <summary>A store with content, from which every run begins.</summary>
internal static class Preparation
{
    /// <summary>Fills a store: every key has a value, of half the longest length on average.</summary>
    internal static async Task FillAsync(DemoPlan plan, string folder, CancellationToken cancellationToken)
    {
        JournalOptions options = StoreWork.Options() with { MaxCacheBytes = 0 };
        await using JournalStore store = await JournalStore.OpenAsync(
            StoreWork.MixedPath(folder), JournalMemory.Unlimited(), options, cancellationToken);
        Random chance = new(plan.Seed);
        for (int number = 0; number < plan.Keys; number++)
        {
            string key = MixedWork.Key(number);
            int bytes = chance.Next(MixedWork.StampBytes, plan.MaxValueBytes + 1);
            using Transaction transaction = await store.BeginAsync(cancellationToken);
            await transaction.PutAsync(key, bytes, target => MixedWork.Fill(target, key), cancellationToken);
            await transaction.CommitAsync();
        }
    }

    /// <summary>Copies a prepared store.</summary>
    internal static void Copy(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
