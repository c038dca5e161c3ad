using Headroom.Silo.Hosting;
using Headroom.Silo.Storage;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Headroom.Silo.Tests.Hosting;

public sealed class ReadinessTests
{
    private readonly ApplicationLifetime _lifetime = new(NullLogger<ApplicationLifetime>.Instance);

    [Fact]
    public async Task WhyNot_BeforeStart_IsStarting() => Assert.Equal("starting", await Of(true).WhyNotAsync());

    [Fact]
    public async Task WhyNot_StartedAndStoreAnswers_IsReady()
    {
        _lifetime.NotifyStarted();

        Assert.Null(await Of(true).WhyNotAsync());
    }

    [Fact]
    public async Task WhyNot_StoreIsSilent_SaysSo()
    {
        _lifetime.NotifyStarted();

        Assert.Equal("the store does not answer", await Of(false).WhyNotAsync());
    }

    [Fact]
    public async Task WhyNot_StoreThatAnsweredIsSilent_StaysReady()
    {
        _lifetime.NotifyStarted();
        var probe = new Probe(true);
        var readiness = new Readiness(_lifetime, probe);
        await readiness.WhyNotAsync();
        probe.Answers = false;

        Assert.Null(await readiness.WhyNotAsync());
    }

    [Fact]
    public async Task WhyNot_ToldToStop_IsDrainingEvenIfAllElseIsWell()
    {
        _lifetime.NotifyStarted();
        _lifetime.StopApplication();

        Assert.Equal("draining", await Of(true).WhyNotAsync());
    }

    private Readiness Of(bool answers) => new(_lifetime, new Probe(answers));

    private sealed class Probe(bool answers) : IStoreProbe
    {
        public bool Answers { get; set; } = answers;

        public Task<bool> AnswersAsync() => Task.FromResult(Answers);
    }
}
