using System.Net;
using System.Text;
using Headroom.Support;
using Xunit;

namespace Headroom.Chaos.Tests.Pressure;

/// <summary>The program of the Job in deploy/k8s/overlays/chaos, as a pod would run it.</summary>
[Trait("Kind", "Process")]
public sealed class ScenarioTests
{
    private const string Host = "proven-host";
    private const string Seconds = "6";
    private const string Sessions = "4";
    private const string PressureBytes = "67108864";

    private static readonly string[] Settings =
    [
        $"--Headroom:Host:Name={Host}", "--Headroom:Chaos:Enabled=true",
        "--Headroom:Chaos:Calls:LatencyRate=0.05", "--Headroom:Chaos:Calls:LatencyMilliseconds=100",
        "--Headroom:Chaos:Calls:FaultRate=0.01", "--Headroom:Chaos:Calls:LostAnswerRate=0.01",
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Prove_AuditFindsAllWell_EndsWell()
    {
        await using SiloProcess silo = await SiloProcess.StartAsync(Settings);
        await using ChildProcess load = Start(silo, silo.Address);

        Assert.True(await load.ExitAsync(Stop) == 0, load.ToString());
        Assert.Matches("pressures=[1-9]", load.ToString());
    }

    [Theory]
    [InlineData(false, HttpStatusCode.Created, "FAULT during the work the audit says")]
    [InlineData(true, HttpStatusCode.NotFound, "FAULT no memory was taken on purpose")]
    public async Task Prove_SomethingIsNotWell_EndsWithAnError(bool sound, HttpStatusCode pressure, string expected)
    {
        await using SiloProcess silo = await SiloProcess.StartAsync(Settings);
        using var api = new HttpListener();
        api.Prefixes.Add($"http://127.0.0.1:{FreePort.Next()}/");
        api.Start();
        Task serving = ServeAsync(api, sound, pressure);
        await using ChildProcess load = Start(silo, new Uri(api.Prefixes.Single()));

        Assert.True(await load.ExitAsync(Stop) == 1, load.ToString());
        api.Stop();
        await serving;
        Assert.Contains(expected, load.ToString(), StringComparison.Ordinal);
    }

    private static ChildProcess Start(SiloProcess silo, Uri api) => ChildProcess.Start(
        new Dictionary<string, string>
        {
            ["HEADROOM_GATEWAY"] = silo.Gateway,
            ["HEADROOM_HOST"] = Host,
            ["HEADROOM_NAMESPACE"] = "headroom",
            ["HEADROOM_CONTAINER"] = "app",
        },
        BuiltProgram.LoadClient,
        ["prove", api.ToString(), Seconds, Sessions, PressureBytes, "1"]);

    // A silo that finds something wrong with itself is nothing that can be had.
    private static async Task ServeAsync(HttpListener api, bool sound, HttpStatusCode pressure)
    {
        string audit = sound ? """{"ok":true,"violations":[]}""" : """{"ok":false,"violations":["I1"]}""";
        while (api.IsListening)
        {
            try
            {
                HttpListenerContext call = await api.GetContextAsync();
                bool isPressure = call.Request.Url!.AbsolutePath == "/v1/chaos/pressure";
                call.Response.StatusCode = (int)(isPressure ? pressure : HttpStatusCode.OK);
                call.Response.ContentType = "application/json";
                call.Response.Close(Encoding.UTF8.GetBytes(audit), willBlock: false);
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                // It was stopped.
                return;
            }
        }
    }
}
