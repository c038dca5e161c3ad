using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Headroom.Grains.Lending;

namespace Headroom.Grains.Tests;

/// <summary>Real memory without a server in front of it, that can be told to run out or to stall.</summary>
internal sealed class CountedMemory(long epoch) : IPledgedMemory, IDisposable
{
    private readonly ConcurrentDictionary<long, (nint Address, long Bytes)> _loans = new();

    public long Epoch { get; } = epoch;

    public string Endpoint => "127.0.0.1:1";

    public long AllocatedBytes => _loans.Values.Sum(loan => loan.Bytes);

    public IReadOnlyCollection<long> Loans => [.. _loans.Keys];

    /// <summary>What the machine really has.</summary>
    public long RoomBytes { get; set; } = long.MaxValue;

    /// <summary>Completes when allocations may go on.</summary>
    public Task Stall { get; set; } = Task.CompletedTask;

    public async ValueTask<byte[]?> AllocateAsync(long loan, long bytes, CancellationToken cancellationToken)
    {
        await Stall.WaitAsync(cancellationToken);
        if (bytes > RoomBytes - AllocatedBytes)
        {
            return null;
        }

        nint address = Marshal.AllocHGlobal((nint)bytes);
        if (!_loans.TryAdd(loan, (address, bytes)))
        {
            throw new InvalidOperationException($"Loan {loan} was allocated twice.");
        }

        return Guid.NewGuid().ToByteArray();
    }

    public void Free(long loan)
    {
        if (_loans.TryRemove(loan, out (nint Address, long Bytes) memory))
        {
            Marshal.FreeHGlobal(memory.Address);
        }
    }

    public void Dispose()
    {
        foreach (long loan in _loans.Keys)
        {
            Free(loan);
        }
    }
}
