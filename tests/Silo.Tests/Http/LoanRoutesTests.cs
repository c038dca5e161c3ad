using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Headroom.Contracts;
using Headroom.Silo.Http.Leases;
using Xunit;

namespace Headroom.Silo.Tests.Http;

/// <summary>Leases whose memory is on other hosts, as HTTP clients see them.</summary>
public sealed class LoanRoutesTests : IAsyncLifetime
{
    private const string Home = "host-1/web";
    private const string Body = """{"bytes":4096,"urgency":3,"requestId":"r","replicas":2}""";
    private readonly HttpFixture _server = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private GrainDoubles Grains => _server.Grains;

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("""{"bytes":1,"urgency":3,"requestId":"r"}""", 1)]
    [InlineData("""{"bytes":1,"urgency":3,"requestId":"r","replicas":0}""", 0)]
    [InlineData("""{"bytes":1,"urgency":3,"requestId":"r","replicas":2}""", 2)]
    [InlineData("""{"bytes":1,"urgency":2,"requestId":"r","replicas":2}""", 0)]
    public async Task Post_Replicas_OnlyForMustSucceed(string body, int replicas)
    {
        using HttpResponseMessage response = await PostAsync(body);
        Assert.Equal(replicas, Assert.IsType<LeaseRequest>(Assert.Single(Grains.Messages)).Replicas);
    }

    [Fact]
    public async Task Post_MetByALoan_201SaysWhereItIsAndWhatOpensIt()
    {
        Lend(2);
        using HttpResponseMessage response = await PostAsync(Body);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        JsonElement lease = await JsonAsync(response);
        Assert.Equal("loan", lease.GetProperty("rung").GetString());
        Assert.Equal("host-2", lease.GetProperty("host").GetString());
        Assert.Equal(
            """
            {"bytes":4096,"parts":[
            {"host":"host-2","endpoint":"10.0.0.2:30001","epoch":7,"number":2,"token":"AgICAgICAgICAgICAgICAg=="},
            {"host":"host-3","endpoint":"10.0.0.3:30001","epoch":7,"number":3,"token":"AwMDAwMDAwMDAwMDAwMDAw=="}]}
            """.ReplaceLineEndings(""),
            lease.GetProperty("loan").GetRawText());
        SealedLease sealedLease = _server.Seal.Unseal(lease.GetProperty("leaseId").GetString()!)!;
        Assert.True(sealedLease.Claim.Remote);
        Assert.Equal("host-1", sealedLease.Host);
        Assert.Equal(
            [new("host-2", new LoanId(7, 2)), new LenderLoan("host-3", new LoanId(7, 3))], sealedLease.Loans);
    }

    [Fact]
    public async Task Post_RepeatedWhenNobodyKnowsItsMemoryAnyMore_410()
    {
        Grains.OnAcquire = (_, request, _) => new(GrainDoubles.Granted(request) with { Rung = (byte)Rung.Loan });
        using HttpResponseMessage response = await PostAsync(Body);
        Assert.Equal(HttpStatusCode.Gone, response.StatusCode);
    }

    [Fact]
    public async Task Renew_EveryLenderHasIt_200WithThePartsAndTheSameId()
    {
        string id = await BorrowAsync(2);
        using HttpResponseMessage response = await RenewAsync(id);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        JsonElement lease = await JsonAsync(response);
        Assert.Equal(id, lease.GetProperty("leaseId").GetString());
        Assert.Equal("host-2", lease.GetProperty("host").GetString());
        Assert.Equal(
            """
            {"bytes":4096,"parts":[{"host":"host-2","epoch":7,"number":2},{"host":"host-3","epoch":7,"number":3}]}
            """.Trim(),
            lease.GetProperty("loan").GetRawText());
        Assert.Equal(
            [$"{Home} RenewLease", "host-2 RenewLoans", "host-3 RenewLoans"],
            Grains.Calls.Order(StringComparer.Ordinal));
        Assert.True(Assert.Single(Grains.Messages.OfType<LeaseClaim>()).Remote);
        Assert.Equal(
            [new(7, 2), new LoanId(7, 3)],
            Grains.Messages.OfType<LoanId[]>().SelectMany(ids => ids).OrderBy(id => id.Number));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Renew_OneOfTwoIsLost_200WithThePartThatIsLeft(bool siloIsGone)
    {
        string id = await BorrowAsync(2);
        if (siloIsGone)
        {
            Grains.Down.Add("host-2");
        }

        Grains.OnRenewLoans = (host, loans) => host != "host-2" ? new([])
            : siloIsGone ? throw new BudgetUnavailableException()
            : new(loans);
        using HttpResponseMessage response = await RenewAsync(id);
        JsonElement lease = await JsonAsync(response);
        Assert.Equal("host-3", lease.GetProperty("host").GetString());
        Assert.Equal("host-3", Assert.Single(
            lease.GetProperty("loan").GetProperty("parts").EnumerateArray()).GetProperty("host").GetString());
        Assert.Equal(id, lease.GetProperty("leaseId").GetString());
    }

    [Fact]
    public async Task Renew_NoPartIsLeft_410NamesTheLendersAndTheLeaseEndsAtHome()
    {
        string id = await BorrowAsync(2);
        Grains.OnRenewLoans = (_, loans) => new(loans);
        using HttpResponseMessage response = await RenewAsync(id);
        Assert.Equal(HttpStatusCode.Gone, response.StatusCode);
        Assert.Contains(
            "host-2 and host-3",
            (await JsonAsync(response)).GetProperty("detail").GetString(),
            StringComparison.Ordinal);
        Assert.Contains($"{Home} ReleaseLease", Grains.Calls);
    }

    [Fact]
    public async Task Renew_LenderIsUpAndDoesNotAnswer_503AndNothingIsGivenUp()
    {
        string id = await BorrowAsync(1);
        Grains.OnRenewLoans = (_, _) => throw new TimeoutException();
        using HttpResponseMessage response = await RenewAsync(id);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains(
            "host-2", (await JsonAsync(response)).GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Grains.Calls, call => call.Contains("Release", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Renew_GoneAtHome_410AndTheMemoryGoesBack()
    {
        string id = await BorrowAsync(2);
        Grains.OnRenew = _ => new LeaseAnswer { Outcome = (byte)Outcome.Gone };
        using HttpResponseMessage response = await RenewAsync(id);
        Assert.Equal(HttpStatusCode.Gone, response.StatusCode);
        Assert.Contains("host-2 ReleaseLoans", Grains.Calls);
        Assert.Contains("host-3 ReleaseLoans", Grains.Calls);
    }

    [Fact]
    public async Task Renew_HomeCannotAnswer_503AndTheLendersHeardOfIt()
    {
        string id = await BorrowAsync(1);
        Grains.OnRenew = _ => throw new TimeoutException();
        using HttpResponseMessage response = await RenewAsync(id);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("host-2 RenewLoans", Grains.Calls);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Delete_Loan_204AndHomeAndLendersHearOfIt(bool lenderAnswers)
    {
        string id = await BorrowAsync(2);
        if (!lenderAnswers)
        {
            Grains.OnReleaseLoans = host => host == "host-2" ? throw new TimeoutException() : default;
        }

        using HttpResponseMessage response = await _server.Http.DeleteAsync(
            new Uri($"/v1/leases/{id}", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal(
            [$"{Home} ReleaseLease", "host-2 ReleaseLoans", "host-3 ReleaseLoans"],
            Grains.Calls.Order(StringComparer.Ordinal));
        Assert.True(Assert.Single(Grains.Messages.OfType<LeaseClaim>()).Remote);
    }

    private static Task<JsonElement> JsonAsync(HttpResponseMessage response) =>
        response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);

    private static LoanPart Part(int number) => new()
    {
        Host = $"host-{number}",
        Loan = new LoanId(7, number),
        Endpoint = $"10.0.0.{number}:30001",
        Token = [.. Enumerable.Repeat((byte)number, 16)],
    };

    private void Lend(int replicas) => Grains.OnAcquire = (_, request, _) => new(GrainDoubles.Granted(request) with
    {
        Rung = (byte)Rung.Loan,
        Loan = new Loan
        {
            Bytes = request.Bytes,
            Ttl = TimeSpan.FromSeconds(10),
            Parts = [.. Enumerable.Range(2, replicas).Select(Part)],
        },
    });

    // A lease on host-2, or on host-2 and host-3; what was called for it is forgotten.
    private async Task<string> BorrowAsync(int replicas)
    {
        Lend(replicas);
        using HttpResponseMessage response = await PostAsync(Body);
        string id = (await JsonAsync(response)).GetProperty("leaseId").GetString()!;
        Grains.Forget();
        return id;
    }

    private Task<HttpResponseMessage> PostAsync(string body) => _server.Http.PostAsync(
        new Uri("/v1/hosts/host-1/containers/web/subsystems/journal/leases", UriKind.Relative),
        new StringContent(body, new MediaTypeHeaderValue("application/json")),
        Cancellation);

    private Task<HttpResponseMessage> RenewAsync(string id) =>
        _server.Http.PostAsync(new Uri($"/v1/leases/{id}/renew", UriKind.Relative), null, Cancellation);
}
