using System.Globalization;
using Headroom.Contracts;
using Headroom.Support;

namespace Headroom.Remote.Tests;

/// <summary>A lender that is a process of its own, to be killed and frozen.</summary>
internal sealed class LenderProcess : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private LenderProcess(ChildProcess child, LoanPart part) => (Child, Part) = (child, part);

    /// <summary>The process.</summary>
    public ChildProcess Child { get; }

    /// <summary>What it lends.</summary>
    public LoanPart Part { get; }

    /// <summary>Starts one that lends so many bytes.</summary>
    public static async Task<LenderProcess> StartAsync(long bytes)
    {
        int port = FreePort.Next();
        ChildProcess child = ChildProcess.Start(
            BuiltProgram.Lender, $"{port}", bytes.ToString(CultureInfo.InvariantCulture));
        using var limit = new CancellationTokenSource(Limit);
        string[] words = (await child.Lines.ReadAsync(limit.Token)).Split(' ');
        return new LenderProcess(child, new LoanPart
        {
            Host = $"lender-{child.Id}",
            Loan = new LoanId(long.Parse(words[1], CultureInfo.InvariantCulture), 1),
            Endpoint = $"127.0.0.1:{port}",
            Token = Convert.FromHexString(words[2]),
        });
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Child.DisposeAsync();
}
