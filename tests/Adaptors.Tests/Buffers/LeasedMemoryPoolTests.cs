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
        ISubsystem buffers = client.Subsystem("buffers");
        using var pool = new LeasedMemoryPool(buffers, Urgency.SafeToFail);
        await OneHost.CreditAsync(buffers, 64 << 10);
        Assert.True(pool.TryRent(4096, out LeasedBuffer first));
        LeasedBuffer copy = first;
        object boxed = first;

        first.Dispose();
        copy.Dispose();
        ((IDisposable)boxed).Dispose();
        Assert.Equal(0, Leased(client));

        // The same slot again: what is left of the first rent must not touch it.
        Assert.True(pool.TryRent(4096, out LeasedBuffer second));
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
        ISubsystem buffers = client.Subsystem("buffers");
        using var pool = new LeasedMemoryPool(buffers, Urgency.SafeToFail);
        await OneHost.CreditAsync(buffers, 64 << 10);
        IMemoryOwner<byte> owner = pool.Rent(100);
        owner.Memory.Span.Fill(7);
        Assert.True(pool.TryRent(100, out LeasedBuffer buffer));

        owner.Dispose();
        buffer.Dispose();

        Assert.Throws<ObjectDisposedException>(() => owner.Memory);
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
        ISubsystem buffers = client.Subsystem("buffers");
        using var pool = new LeasedMemoryPool(buffers, Urgency.SafeToFail);
        await OneHost.CreditAsync(buffers, 1 << 20);
        long RentMany()
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1000; i++)
            {
                Assert.True(pool.TryRent(4096, out LeasedBuffer one) & pool.TryRent(100, out LeasedBuffer two));
                one.Dispose();
                two.Dispose();
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        RentMany();

        // A refill of the thread's credit may allocate, once in a while.
        Assert.True(Enumerable.Range(0, 5).Any(_ => RentMany() == 0), "each of 5 times 2000 rents allocated");
    }

    [Fact]
    public async Task Rent_ManyThreads_LosesAndInventsNothing()
    {
        await using HeadroomClient client = await host.ConnectAsync("pool-threads");
        ISubsystem buffers = client.Subsystem("buffers");
        using var pool = new LeasedMemoryPool(buffers, Urgency.SafeToFail);
        await OneHost.CreditAsync(buffers, 1 << 20);
        var held = new LeasedBuffer[64];
        int rented = 0;

        // Each buffer is taken out by another thread than put it in, most are disposed twice, and all are written.
        await Task.WhenAll(Enumerable.Range(0, 4).Select(seed => Task.Run(() =>
        {
            var random = new Random(seed);
            for (int i = 0; i < 50_000; i++)
            {
                if (!pool.TryRent(random.Next(1, 20_000), out LeasedBuffer buffer))
                {
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

        Assert.True(rented > 10_000, $"rented {rented} times only");
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
            var pool = Assert.IsType<LeasedMemoryPool>(services.GetRequiredService<MemoryPool<byte>>());
            Assert.Same(pool, services.GetRequiredService<LeasedMemoryPool>());
            await OneHost.CreditAsync(client.Subsystem("buffers"), 4096);
            using IMemoryOwner<byte> owner = pool.Rent();
            Assert.Equal(4096, Leased(client));
        }
    }

    private static long Leased(HeadroomClient client) => client.GetStatus().LeasedBytes.Sum();

    private static int RentedLength(int bytes)
    {
        byte[] array = ArrayPool<byte>.Shared.Rent(bytes);
        ArrayPool<byte>.Shared.Return(array);
        return array.Length;
    }
}
