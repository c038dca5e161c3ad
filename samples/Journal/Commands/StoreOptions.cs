using System.CommandLine;
using Headroom.Samples.Journal.Engine;
using Headroom.Samples.Journal.Memory;

namespace Headroom.Samples.Journal.Commands;

/// <summary>The options that every command has: which store, and whose memory.</summary>
internal sealed class StoreOptions
{
    private const string FromCluster = "cluster";
    private const string FromNobody = "none";
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(15);

    // Enough for the blocks that the cache asks for between two messages. More would lie idle with one part of the
    // store while another is refused, and containers may be small.
    private const long IdleCreditBytes = 4 << 20;

    private readonly Option<string> _store = new("--store")
    {
        Description = "The folder of the store; made when it is not there.",
        Required = true,
        Recursive = true,
    };

    private readonly Option<string> _memory = new("--memory")
    {
        Description = $"Who is asked for memory: '{FromCluster}', '{FromNobody}', "
            + "or an amount such as 64MiB for a budget of this process.",
        DefaultValueFactory = _ => FromCluster,
        Recursive = true,
    };

    private readonly Option<string?> _gateway = new("--gateway")
    {
        Description = "Where the silo's gateway is, as host:port.",
        Recursive = true,
    };

    private readonly Option<string?> _container = new("--container")
    {
        Description = "The container whose budget is used.",
        Recursive = true,
    };

    private readonly Option<string?> _host = new("--host")
    {
        Description = "The host whose memory is used.",
        Recursive = true,
    };

    private readonly Option<long> _cache = new("--cache")
    {
        Description = "The most that the read-ahead cache asks for, such as 64MiB.",
        DefaultValueFactory = _ => long.MaxValue,
        CustomParser = ByteSize.Parse,
        Recursive = true,
    };

    internal StoreOptions()
        => _memory.Validators.Add(result =>
        {
            string value = result.GetValue(_memory)!;
            if (value is not (FromCluster or FromNobody) && !ByteSize.TryParse(value, out _))
            {
                result.AddError(
                    $"--memory is '{value}'; it is '{FromCluster}', '{FromNobody}' or an amount such as 64MiB.");
            }
        });

    /// <summary>Adds the options to the command that all others are under.</summary>
    internal void AddTo(Command command)
    {
        command.Options.Add(_store);
        command.Options.Add(_memory);
        command.Options.Add(_gateway);
        command.Options.Add(_container);
        command.Options.Add(_host);
        command.Options.Add(_cache);
    }

    /// <summary>The store's folder.</summary>
    internal string Path(ParseResult line) => System.IO.Path.GetFullPath(line.GetRequiredValue(_store));

    /// <summary>Connects to where memory comes from, and opens the store.</summary>
    internal async Task<OpenStore> OpenAsync(
        ParseResult line, JournalOptions? options, CancellationToken cancellationToken)
    {
        MemoryTally tally = new();
        string source = line.GetValue(_memory)!;
        HeadroomClient? client = source == FromCluster ? await ConnectAsync(line, cancellationToken) : null;
        try
        {
            JournalMemory memory = client is not null ? JournalMemory.Of(client)
                : ByteSize.TryParse(source, out long bytes) ? JournalMemory.Of(new LocalBudget(bytes))
                : JournalMemory.Unlimited();
            options = (options ?? new JournalOptions()) with { MaxCacheBytes = line.GetValue(_cache) };
            JournalStore store = await JournalStore.OpenAsync(
                Path(line), memory.CountedBy(tally), options, cancellationToken);
            return new OpenStore(store, tally, client);
        }
        catch
        {
            if (client is not null)
            {
                await client.DisposeAsync();
            }

            throw;
        }
    }

    private async Task<HeadroomClient> ConnectAsync(ParseResult line, CancellationToken cancellationToken)
    {
        HeadroomOptions options = new() { MaxIdleCreditBytes = IdleCreditBytes };
        options.Container = line.GetValue(_container) ?? options.Container;
        options.Host = line.GetValue(_host) ?? options.Host;
        options.Gateway = line.GetValue(_gateway) ?? options.Gateway;
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(ConnectPatience);
        try
        {
            return await HeadroomClient.ConnectAsync(options, cancellationToken: patience.Token);
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException(
                $"No silo answered for host {options.Host} at {options.Gateway} "
                + $"within {ConnectPatience.TotalSeconds:0} s. Start one, or say --memory none.",
                late);
        }
    }
}
