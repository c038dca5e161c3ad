using System.Buffers;
using Headroom.Buffers;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Headroom.Adaptors.Tests.Buffers;

[Trait("Kind", "Process")]
public sealed class LeasedMemoryPoolTests(OneHost host) : IClassFixture<OneHost>
{
    private const long Mebibyte = 1L << 20;

    private static CancellationToken Stop => OneHost.Stop;

    [Theory]
    [InlineData(-1, 4096)]
    [InlineData(0, 16)]
    [InlineData(1, 16)]
    [InlineData(17, 32)]
    [InlineData(4096, 4096)]
    [InlineData(5000, 8192)]
    [InlineData((1 << 20) + 1, 2 << 20)]
    public async Task RentAsync_AnySize_LeasesTheBytesOfTheArray(int asked, int leased)
    {
        await using HeadroomClient client = await host.ConnectAsync("pool-sizes");
        using var pool = new LeasedMemoryPool(client.Subsystem("buffers"), Urgency.SafeToFail);

        LeasedBuffer buffer = await pool.RentAsync(asked, Stop);

        Assert.Equal(leased, buffer.Memory.Length);
        Assert.Equal(leased, Leased(client));
        buffer.Dispose();
        Assert.Equal(0, Leased(client));
    }

    // What the lease is by: the lengths of the shared pool's arrays.
    [Fact]
    public void SharedPool_RentsWhatIsLeased()
    {
        for (int bytes = 16; bytes <= 1 << 28; bytes *= 2)
        {
            Assert.Equal(bytes, RentedLength(bytes));
        }

        Assert.Equal((1 << 30) + 1, RentedLength((1 << 30) + 1));
    }

    [Fact]
    public async Task Dispose_Twice_EndsOneRentAndNoLaterOne()
    {
        await using HeadroomClient client = await host.ConnectAsync("pool-twice");
        using var pool = new LeasedMemoryPool(client.Subsystem("buffers"), Urgency.SafeToFail);
        LeasedBuffer first = await pool.RentAsync(4096, Stop);
        LeasedBuffer copy = first;
        object boxed = first;

        first.Dispose();
        copy.Dispose();
        ((IDisposable)boxed).Dispose();
        Assert.Equal(0, Leased(client));

        // The same slot again: what is left of the first rent must not touch it.
        LeasedBuffer second = await pool.RentAsync(4096, Stop);
        copy.Dispose();
        ((IDisposable)boxed).Dispose();
        Assert.True(second.IsRented);
        Assert.False(first.IsRented);
        Assert.NotEqual(first, second);
        Assert.Equal(4096, Leased(client));
        second.Dispose();
        Assert.Equal(0, Leased(client));
    }

    [Fact]
    public async Task Memory_AfterDispose_Throws()
    {
        await using HeadroomClient client = await host.ConnectAsync("pool-disposed");
        using var pool = new LeasedMemoryPool(client.Subsystem("buffers"), Urgency.SafeToFail);
        LeasedBuffer buffer = await pool.RentAsync(100, Stop);
        buffer.Memory.Span.Fill(7);

        buffer.Dispose();

        Assert.Throws<ObjectDisposedException>(() => buffer.Memory);
        Assert.Throws<ObjectDisposedException>(() => buffer.Span.Length);
        Assert.Throws<ObjectDisposedException>(() => default(LeasedBuffer).Memory);
        default(LeasedBuffer).Dispose();
    }

    [Fact]
    public async Task Rent_NoCredit_IsRefusedAndSaysSo()
    {
        await using HeadroomClient client = await host.ConnectAsync("pool-refused", maxIdleCreditBytes: 0);
        using var pool = new LeasedMemoryPool(client.Subsystem("buffers"), Urgency.RiskyToFail);

        Assert.False(pool.TryRent(5000, out LeasedBuffer none));
        MemoryRefusedException refused = Assert.Throws<MemoryRefusedException>(() => pool.Rent(5000));

        Assert.Equal(default, none);
        Assert.Equal(8192, refused.RequestedBytes);
        Assert.Equal(Urgency.RiskyToFail, refused.Urgency);
        Assert.Equal("local credit", refused.RefusedBy);

        // What has no credit asks the authority.
        using LeasedBuffer buffer = await pool.RentAsync(5000, Stop);
        Assert.Equal(8192, Leased(client));
    }

    [Fact]
    public async Task RentAsync_NoRoom_IsRefusedByTheContainer()
    {
        await host.PutAsync("pool-full", new { limitBytes = 4 * Mebibyte });
        await using HeadroomClient client = await host.ConnectAsync("pool-full", maxIdleCreditBytes: 0);
        using var pool = new LeasedMemoryPool(client.Subsystem("buffers"), Urgency.SafeToFail);

        MemoryRefusedException refused = await Assert.ThrowsAsync<MemoryRefusedException>(
            () => pool.RentAsync(8 << 20, Stop).AsTask());

        Assert.Equal(RefusalReason.NotEnoughMemory, refused.Reason);
        Assert.Equal(0, Leased(client));
    }

    [Fact]
    public async Task Rent_SizesThatCannotBe_Throw()
    {
        await using HeadroomClient client = await host.ConnectAsync("pool-errors");
        var pool = new LeasedMemoryPool(client.Subsystem("buffers"), Urgency.Optional);

        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Rent(-2));
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Rent(int.MaxValue));
        Assert.Equal(Array.MaxLength, pool.MaxBufferSize);
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new LeasedMemoryPool(client.Subsystem("buffers"), Urgency.MustSucceed));

        pool.Dispose();
        Assert.Throws<ObjectDisposedException>(() => pool.Rent());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => pool.RentAsync(1, Stop).AsTask());
    }

    [Fact]
    public async Task TryRent_SteadyState_AllocatesNothing()
    {
        await using HeadroomClient client = await host.ConnectAsync("pool-allocations");
        using var pool = new LeasedMemoryPool(client.Subsystem("buffers"), Urgency.SafeToFail);

        // Neither at the start nor when the thread's credit is refilled, once in a while.
        long allocated = 0;
        int missed = 0;
        await OneHost.UntilAsync(
            () => (allocated = AllocatedByManyRents(pool, out missed)) == 0 && missed == 0,
            () => $"rents without allocation; of 2000 {missed} had no credit, and {allocated} bytes were allocated");
    }

    [Fact]
    public async Task Rent_ManyThreads_LosesAndInventsNothing()
    {
        const int Enough = 50_000;
        await using HeadroomClient client = await host.ConnectAsync("pool-threads");
        using var pool = new LeasedMemoryPool(client.Subsystem("buffers"), Urgency.SafeToFail);
        var held = new LeasedBuffer[64];
        int rented = 0;

        // Each buffer is taken out by another thread than put it in, all are disposed twice, and all are written.
        await Task.WhenAll(Enumerable.Range(0, 4).Select(seed => Task.Run(() =>
        {
            var random = new Random(seed);
            while (Volatile.Read(ref rented) < Enough && !Stop.IsCancellationRequested)
            {
                if (!pool.TryRent(random.Next(1, 20_000), out LeasedBuffer buffer))
                {
                    Thread.Yield();
                    continue;
                }

                Interlocked.Increment(ref rented);
                byte mark = (byte)random.Next(256);
                buffer.Span.Fill(mark);
                Assert.True(!buffer.Span.ContainsAnyExcept(mark), "somebody else has this array");
                lock (held)
                {
                    int place = random.Next(held.Length);
                    (held[place], buffer) = (buffer, held[place]);
                }

                buffer.Dispose();
                buffer.Dispose();
            }
        })));
        Array.ForEach(held, buffer => buffer.Dispose());

        Assert.Equal(0, Leased(client));
        await client.DisposeAsync();
        await host.UntilFreeAsync("pool-threads");
    }

    [Fact]
    public async Task AddHeadroomMemoryPool_IsTheApplicationsMemoryPool()
    {
        await using HeadroomClient client = await host.ConnectAsync("pool-services");
        ServiceProvider services = new ServiceCollection()
            .AddSingleton<IMemoryBudget>(client)
            .AddHeadroomMemoryPool("buffers", Urgency.SafeToFail)
            .BuildServiceProvider();
        await using (services)
        {
            var pool = services.GetRequiredService<MemoryPool<byte>>();
            Assert.Same(services.GetRequiredService<LeasedMemoryPool>(), pool);
            IMemoryOwner<byte>? owner = null;
            await OneHost.UntilAsync(() => (owner = RentIfThereIsCredit(pool)) is not null, () => "credit");
            Assert.Equal(4096, Leased(client));
            Assert.Equal(4096, owner!.Memory.Length);

            owner.Dispose();
            owner.Dispose();
            Assert.Equal(0, Leased(client));
            Assert.Throws<ObjectDisposedException>(() => owner.Memory);
        }
    }

    private static IMemoryOwner<byte>? RentIfThereIsCredit(MemoryPool<byte> pool)
    {
        try
        {
            return pool.Rent();
        }
        catch (MemoryRefusedException)
        {
            // The first one finds none, and asks for some.
            return null;
        }
    }

    private static long AllocatedByManyRents(LeasedMemoryPool pool, out int missed)
    {
        missed = 0;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            missed += pool.TryRent(4096, out LeasedBuffer one) ? 0 : 1;
            missed += pool.TryRent(100, out LeasedBuffer two) ? 0 : 1;
            one.Dispose();
            two.Dispose();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static long Leased(HeadroomClient client) => client.GetStatus().LeasedBytes.Sum();

    private static int RentedLength(int bytes)
    {
        byte[] array = ArrayPool<byte>.Shared.Rent(bytes);
        ArrayPool<byte>.Shared.Return(array);
        return array.Length;
    }
}
