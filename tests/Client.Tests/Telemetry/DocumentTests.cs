using System.Diagnostics.Metrics;
using System.Reflection;
using System.Text.RegularExpressions;
using Headroom.Tidy.Tests;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Headroom.Client.Tests.Telemetry;

/// <summary>What the SDK tells of itself follows the conventions, and docs/OBSERVABILITY.md says all of it.</summary>
public sealed partial class DocumentTests
{
    private const string Document = "docs/OBSERVABILITY.md";

    [Fact]
    public async Task Instruments_NamesUnitsAndKinds_FollowTheConventions()
    {
        await using var fixture = new BudgetFixture();
        using var readings = new Readings(fixture.Meters);

        Assert.NotEmpty(readings.Instruments);
        Assert.All(readings.Instruments, instrument =>
        {
            Assert.Matches(Name(), instrument.Name);
            Assert.StartsWith("headroom.client.", instrument.Name, StringComparison.Ordinal);
            Assert.True(instrument.Unit is "By" or "s" || Annotation().IsMatch(instrument.Unit!), instrument.Unit);
            Assert.Matches(Sentence(), instrument.Description!);
            Assert.DoesNotContain("total", instrument.Name, StringComparison.Ordinal);

            // Plural is what counts single things and only grows.
            bool counts = instrument is ObservableCounter<long> && instrument.Unit![0] == '{';
            Assert.True(counts == instrument.Name.EndsWith('s'), instrument.Name);
            Assert.Equal(instrument.Unit == "s", instrument.Name.EndsWith(".duration", StringComparison.Ordinal));
        });
    }

    [Fact]
    public async Task Meter_IsNamedAndSaysWhoseBudgetItIs()
    {
        await using var fixture = new BudgetFixture();
        using var readings = new Readings(fixture.Meters);

        Meter meter = Assert.Single(readings.Instruments.Select(instrument => instrument.Meter).Distinct());

        Assert.Equal(("Headroom", "0.1.0"), (meter.Name, meter.Version));
        Assert.Equal(
            ["headroom.container=orders", "headroom.host=node-1"],
            meter.Tags!.Select(tag => $"{tag.Key}={tag.Value}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Instruments_AreInTheDocumentAndNoOthers()
    {
        await using var fixture = new BudgetFixture();
        using var readings = new Readings(fixture.Meters);

        string[] there = [.. readings.Instruments.Select(instrument =>
            $"| `{instrument.Name}` | {Kind(instrument)} | `{instrument.Unit}` |").Order(StringComparer.Ordinal)];
        string[] told = [.. Repository.Lines(Document)
            .Where(line => InstrumentRow().IsMatch(line))
            .Select(line => string.Join('|', line.Split('|')[..4]) + "|")
            .Order(StringComparer.Ordinal)];

        Assert.Equal(there, told);
    }

    // Each attribute that is measured is in its instrument's row.
    [Fact]
    public async Task Attributes_AreThoseOfTheDocument()
    {
        await using BudgetFixture fixture = await new BudgetFixture(0).OpenAsync();
        using var readings = new Readings(fixture.Meters);
        using MemoryLease lease = await fixture.Cache.AcquireAsync(10, Urgency.SafeToFail, BudgetFixture.Token);
        fixture.Authority.Script.Enqueue(new LeaseDecision { Outcome = Outcome.Refused });
        await Assert.ThrowsAsync<MemoryRefusedException>(
            () => fixture.Cache.AcquireAsync(10, Urgency.Optional, BudgetFixture.Token).AsTask());
        await fixture.UntilAsync(() => readings.Of("headroom.client.exchange.duration").Count > 0, "it exchanged");

        Dictionary<string, string> told = Repository.Lines(Document)
            .Where(line => InstrumentRow().IsMatch(line))
            .Select(line => line.Split('|'))
            .ToDictionary(cells => cells[1].Trim(' ', '`'), cells => cells[4]);
        Assert.All(
            readings.All.SelectMany(reading => reading.Tags.Keys, (reading, tag) => (reading.Instrument, Tag: tag)),
            seen => Assert.Contains($"`{seen.Tag}`", told[seen.Instrument], StringComparison.Ordinal));
    }

    [Fact]
    public void AttributeNames_FollowTheConventionsAndAreInTheDocument()
    {
        string text = Repository.Text(Document);

        string[] names = [.. typeof(Headroom.Telemetry)
            .GetFields(BindingFlags.Static | BindingFlags.NonPublic)
            .Where(field => field.IsLiteral && !field.IsPrivate)
            .Select(field => (string)field.GetRawConstantValue()!)];

        Assert.NotEmpty(names);
        Assert.All(names.Except(["Headroom"]), name =>
        {
            Assert.Matches(Name(), name);
            Assert.Contains($"`{name}`", text, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void AttributeValues_OfWhatIsRefusedAndGranted_AreInTheDocument()
    {
        string text = Repository.Text(Document);

        string[] values =
        [
            .. TelemetryText.Values<Urgency>(),
            .. TelemetryText.Values<RefusalReason>(),
            .. TelemetryText.Values<Rung>().Except(["none"]),
        ];

        Assert.All(values, value => Assert.Contains($"`{value}`", text, StringComparison.Ordinal));
        Assert.Equal("must_succeed", TelemetryText.Values<Urgency>()[3]);
    }

    // Values are looked up by number.
    [Fact]
    public void Enums_OfWhichValuesAreTold_HaveNoGaps()
    {
        Assert.Equal(Enumerable.Range(0, 4), Enum.GetValues<Urgency>().Select(value => (int)value));
        Assert.Equal(Enumerable.Range(0, 10), Enum.GetValues<Rung>().Select(value => (int)value));
        Assert.Equal(Enumerable.Range(0, 6), Enum.GetValues<RefusalReason>().Select(value => (int)value));
        Assert.Equal(Enumerable.Range(0, 13), Enum.GetValues<Outcome>().Select(value => (int)value));
    }

    [Fact]
    public void Logs_AreGeneratedNumberedOnceAndInTheDocument()
    {
        LoggerMessageAttribute[] messages = [.. typeof(HeadroomClient).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(
                BindingFlags.Static | BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>())
            .OfType<LoggerMessageAttribute>()];

        string[] there = [.. messages
            .Select(message => $"| {message.EventId} | {message.Level} |")
            .Order(StringComparer.Ordinal)];
        string[] told = [.. Repository.Lines(Document)
            .Where(line => LogRow().IsMatch(line))
            .Select(line => string.Join('|', line.Split('|')[..3]) + "|")
            .Order(StringComparer.Ordinal)];

        Assert.NotEmpty(there);
        Assert.Equal(there, there.Distinct());
        Assert.Equal(there, told);
        Assert.All(messages, message => Assert.Matches(Capital(), message.Message));
    }

    [Fact]
    public void Logs_OfTheSources_AreGeneratedOnly()
    {
        string[] sources = Repository.Files("src/Client", ".cs");

        Assert.DoesNotContain(sources, path => LogCall().IsMatch(Repository.Text(path)));
        Assert.All(
            sources.Where(path => Repository.Text(path).Contains("[LoggerMessage(", StringComparison.Ordinal)),
            path => Assert.EndsWith(".Log.cs", path, StringComparison.Ordinal));
    }

    private static string Kind(Instrument instrument) => instrument switch
    {
        Histogram<double> => "histogram",
        Counter<long> or ObservableCounter<long> => "counter",
        ObservableUpDownCounter<long> => "up-down counter",
        _ => throw new NotSupportedException(instrument.GetType().Name),
    };

    [GeneratedRegex(@"^[a-z]+(_[a-z]+)*(\.[a-z]+(_[a-z]+)*)+$")]
    private static partial Regex Name();

    [GeneratedRegex(@"^\{[a-z]+\}$")]
    private static partial Regex Annotation();

    [GeneratedRegex(@"^[A-Z0-9].*\.$")]
    private static partial Regex Sentence();

    [GeneratedRegex(@"^([A-Z]|\{)")]
    private static partial Regex Capital();

    [GeneratedRegex(@"^\| `headroom\.client\.")]
    private static partial Regex InstrumentRow();

    // Those of the SDK.
    [GeneratedRegex(@"^\| 3\d{3} \|")]
    private static partial Regex LogRow();

    [GeneratedRegex(@"[lL]ogger\.Log(Trace|Debug|Information|Warning|Error|Critical)\(|Console\.Write")]
    private static partial Regex LogCall();
}
