using Xunit;

namespace Headroom.Client.Tests;

public sealed class ReservationTests
{
    private static CancellationToken Token => BudgetFixture.Token;

    [Theory]
    [InlineData(0)]
    [InlineData(256 << 10)]
    public async Task Draw_WithinWhatIsReserved_CannotFailAndComesBack(long idleCredit)
    {
        await using BudgetFixture fixture = await FilledAsync(idleCredit);
        MemoryReservation reservation = await fixture.ResultAsync(
            fixture.Cache.ReserveAsync(10_000, Token).AsTask(), "it was reserved");

        MemoryLease first = reservation.Draw(6000);
        MemoryLease second = reservation.Draw(4000);
        Assert.Equal((0L, 6000L, Urgency.MustSucceed), (reservation.UnusedBytes, first.Bytes, first.Urgency));
        ArgumentOutOfRangeException e = Assert.Throws<ArgumentOutOfRangeException>(() => reservation.Draw(1));
        Assert.Contains("Of the 10000 reserved bytes 0 are left", e.Message, StringComparison.Ordinal);
        MemoryLease copy = first;
        first.Dispose();
        copy.Dispose();
        Assert.Equal(6000, reservation.UnusedBytes);
        Assert.Equal(10_000, fixture.Budget.GetStatus().LeasedBytes[3]);

        await reservation.DisposeAsync();
        second.Dispose();

        Assert.Equal(0, fixture.Budget.GetStatus().LeasedBytes[3]);
        Assert.Throws<ObjectDisposedException>(() => reservation.Draw(1));
        await fixture.UntilAsync(
            () => fixture.ChargedBytes == fixture.Budget.GetStatus().CreditBytes, "nothing else is charged", 100);
    }

    [Fact]
    public async Task ReserveAsync_MoreThanThereIs_IsRefused()
    {
        await using BudgetFixture fixture = await FilledAsync(0);

        Task<MemoryReservation> asked = fixture.Cache.ReserveAsync(2 << 20, Token).AsTask();
        await fixture.UntilAsync(() => asked.IsCompleted, "it was answered");

        MemoryRefusedException e = await Assert.ThrowsAsync<MemoryRefusedException>(() => asked);
        Assert.Equal(Urgency.SafeToFail, e.Urgency);
        Assert.Equal(0, fixture.ChargedBytes);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(256 << 10)]
    public async Task Unused_NothingDrawnForAWhile_GivesNoticeAndThenGoesBack(long idleCredit)
    {
        await using BudgetFixture fixture = await FilledAsync(idleCredit);
        await using MemoryReservation reservation = await fixture.ResultAsync(
            fixture.Cache.ReserveAsync(10_000, Token).AsTask(), "it was reserved");
        int notices = 0;
        reservation.Unused += (_, _) =>
        {
            notices++;
            throw new InvalidOperationException("Not now.");
        };
        fixture.Time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal((0, 10_000L), (notices, reservation.UnusedBytes));

        fixture.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal((1, 10_000L), (notices, reservation.UnusedBytes));
        using (reservation.Draw(10_000))
        {
        }

        fixture.Time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal((1, 10_000L), (notices, reservation.UnusedBytes));
        fixture.Time.Advance(TimeSpan.FromSeconds(16));
        Assert.Equal(2, notices);
        reservation.Keep();
        fixture.Time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal((2, 10_000L), (notices, reservation.UnusedBytes));
        fixture.Time.Advance(TimeSpan.FromSeconds(40));

        Assert.Equal((3, 0L), (notices, reservation.UnusedBytes));
        Assert.Equal(0, fixture.Budget.GetStatus().LeasedBytes[3]);
    }

    private static async Task<BudgetFixture> FilledAsync(long idleCredit)
    {
        BudgetFixture fixture = await new BudgetFixture(idleCredit).OpenAsync();
        if (idleCredit > 0)
        {
            fixture.Cache.TryAcquire(20_000, Urgency.SafeToFail, out _);
            await fixture.UntilAsync(() => fixture.Budget.GetStatus().CreditBytes > 20_000, "credit arrived");
        }

        return fixture;
    }
}
