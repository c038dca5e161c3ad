using Headroom.Contracts;
using Headroom.Support;
using Xunit;

namespace Headroom.Remote.Tests;

/// <summary>Opens what a <see cref="Lender"/> lends.</summary>
internal static class Borrower
{
    /// <summary>Borrows of one lender, and opens it.</summary>
    public static async Task<RemoteMemory> OpenAsync(this Lender lender, long number, long bytes) =>
        await OpenAsync(Lender.Loan(bytes, await lender.LendAsync(number, bytes)));

    /// <summary>Opens a loan.</summary>
    public static ValueTask<RemoteMemory> OpenAsync(Loan loan) => RemoteMemory.OpenAsync(
        loan, RemoteTimes.Default, TimeProvider.System, TestContext.Current.CancellationToken);
}
