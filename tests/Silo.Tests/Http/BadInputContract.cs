using System.Text.Json;
using Xunit;

namespace Headroom.Silo.Tests.Http;

/// <summary>What every server of this API owes to a client's mistake, whatever is behind it.</summary>
public abstract class BadInputContract
{
    public static TheoryData<string> Names => [.. BadRequests.All.Keys];

    internal abstract Uri Address { get; }

    internal abstract string Host { get; }

    /// <summary>Something that changes whenever a budget is asked or changed.</summary>
    internal abstract Task<string> StateAsync();

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Send_BadRequest_AnsweredWithItsProblemAndNothingChanged(string name)
    {
        BadRequest bad = BadRequests.All[name];
        string before = await StateAsync();

        RawAnswer answer = await RawHttp.SendAsync(
            Address,
            bad.Method,
            bad.Target.Replace("{host}", Host, StringComparison.Ordinal),
            bad.ContentType,
            bad.Body,
            bad.Headers);

        Assert.True(
            bad.Status == (int)answer.Status, $"{bad.Status} was expected, {(int)answer.Status} came: {answer.Body}");
        Assert.Equal(before, await StateAsync());

        // What the server's parser refuses before there is a request has no body.
        if (answer.Body.Length > 0 || !bad.Target.Contains("%00", StringComparison.Ordinal))
        {
            AssertProblem(bad, answer);
        }
    }

    private static void AssertProblem(BadRequest bad, RawAnswer answer)
    {
        Assert.Equal("application/problem+json", answer.Header("Content-Type"));
        JsonElement problem = answer.Json;
        Assert.StartsWith("urn:headroom:problem:", problem.GetProperty("type").GetString(), StringComparison.Ordinal);
        Assert.NotEmpty(problem.GetProperty("title").GetString()!);
        Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
        Assert.Equal(bad.Status, problem.GetProperty("status").GetInt32());
        if (bad.Field is null)
        {
            Assert.False(problem.TryGetProperty("field", out _), $"no field was expected: {answer.Body}");
            return;
        }

        Assert.Equal(bad.Field, problem.GetProperty("field").GetString());
        string message = problem.GetProperty("errors").GetProperty(bad.Field)[0].GetString()!;
        Assert.NotEmpty(message);
        Assert.Contains(bad.Says, message, StringComparison.Ordinal);
    }
}
