using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace Headroom.Client.Tests;

public sealed class OptionsTests
{
    [Theory]
    [InlineData(nameof(HeadroomOptions.Container), "")]
    [InlineData(nameof(HeadroomOptions.Container), "a/b")]
    [InlineData(nameof(HeadroomOptions.Host), "höst")]
    [InlineData(nameof(HeadroomOptions.Gateway), "")]
    [InlineData(nameof(HeadroomOptions.Gateway), "localhost")]
    [InlineData(nameof(HeadroomOptions.Gateway), "localhost:0")]
    [InlineData(nameof(HeadroomOptions.Gateway), "localhost:65536")]
    [InlineData(nameof(HeadroomOptions.Gateway), "localhost:30000,")]
    [InlineData(nameof(HeadroomOptions.Gateway), "a b:1")]
    [InlineData(nameof(HeadroomOptions.StandInGateway), "localhost")]
    public void Validate_WrongText_NamesTheOption(string option, string value)
    {
        HeadroomOptions options = Valid();
        typeof(HeadroomOptions).GetProperty(option)!.SetValue(options, value);

        ValidateOptionsResult result = new HeadroomOptionsValidator().Validate(null, options);

        Assert.Contains($"Headroom: {option} must be", Assert.Single(result.Failures!), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(49, 0, nameof(HeadroomOptions.CallTimeout))]
    [InlineData(60_001, 0, nameof(HeadroomOptions.CallTimeout))]
    [InlineData(50, -1, nameof(HeadroomOptions.MaxIdleCreditBytes))]
    [InlineData(50, (1L << 40) + 1, nameof(HeadroomOptions.MaxIdleCreditBytes))]
    [InlineData(50, 0, null)]
    [InlineData(60_000, 1L << 40, null)]
    public void Validate_Numbers_AreHeldToTheDocumentedBounds(int milliseconds, long bytes, string? wrong)
    {
        HeadroomOptions options = Valid();
        options.CallTimeout = TimeSpan.FromMilliseconds(milliseconds);
        options.MaxIdleCreditBytes = bytes;

        ValidateOptionsResult result = new HeadroomOptionsValidator().Validate(null, options);

        Assert.Equal(wrong is null, result.Succeeded);
        Assert.Contains(wrong ?? "", string.Concat(result.Failures ?? []), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(999, false)]
    [InlineData(1000, true)]
    [InlineData(86_400_000, true)]
    [InlineData(86_400_001, false)]
    public void Validate_ReservationIdle_IsHeldToTheDocumentedBounds(int milliseconds, bool valid)
    {
        HeadroomOptions options = Valid();
        options.ReservationIdle = TimeSpan.FromMilliseconds(milliseconds);

        ValidateOptionsResult result = new HeadroomOptionsValidator().Validate(null, options);

        Assert.Equal(valid, result.Succeeded);
        Assert.Contains(
            valid ? "" : nameof(HeadroomOptions.ReservationIdle),
            string.Concat(result.Failures ?? []),
            StringComparison.Ordinal);
    }

    [Fact]
    public void HeadroomOptions_NothingSet_IsValidByConvention()
    {
        var options = new HeadroomOptions();

        Assert.True(new HeadroomOptionsValidator().Validate(null, options).Succeeded);
        Assert.Equal("headroom.client.tests", options.Container);
        Assert.Equal("127.0.0.1:30000", options.Gateway);
        Assert.Equal("", options.StandInGateway);
    }

    [Theory]
    [InlineData("127.0.0.1:30000", 1)]
    [InlineData("silo-a:1, [::1]:2,c.example:65535", 3)]
    public void TryParseList_Good_FindsEach(string text, int expected)
    {
        Assert.True(GatewayAddress.TryParseList(text, out IReadOnlyList<GatewayAddress> found));
        Assert.Equal(expected, found.Count);
    }

    [Fact]
    public async Task ConnectAsync_WrongOptions_ThrowsNamingAll()
    {
        HeadroomOptions options = Valid();
        options.Host = "";
        options.Gateway = "x";

        OptionsValidationException e = await Assert.ThrowsAsync<OptionsValidationException>(
            () => HeadroomClient.ConnectAsync(options, cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(2, e.Failures.Count());
    }

    [Fact]
    public async Task AddHeadroom_Twice_GivesOneBudgetWithBothConfigurations()
    {
        var services = new ServiceCollection();
        services.AddHeadroom(o => o.Container = "orders");
        services.AddHeadroom(o => o.Host = "node-7");
        await using ServiceProvider provider = services.BuildServiceProvider();

        BudgetStatus status = provider.GetRequiredService<IMemoryBudget>().GetStatus();

        Assert.Equal(("node-7", "orders"), (status.Host, status.Container));
        Assert.Same(provider.GetRequiredService<IMemoryBudget>(), provider.GetRequiredService<HeadroomClient>());
        Assert.Single(provider.GetServices<Microsoft.Extensions.Hosting.IHostedService>());
    }

    private static HeadroomOptions Valid()
        => new() { Container = "orders", Host = "node-1", Gateway = "127.0.0.1:30000" };
}
