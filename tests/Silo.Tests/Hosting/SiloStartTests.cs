using System.Net;
using System.Net.Sockets;
using Headroom.Silo.Tests.Storage;
using Headroom.Support;
using Xunit;

namespace Headroom.Silo.Tests.Hosting;

[Trait("Kind", "Process")]
public sealed class SiloStartTests
{
    private static readonly string Key = Convert.ToBase64String(new byte[32]);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(
        "Session:Ttl", "00:10:00", "is wrong. Allowed: a time (hh:mm:ss) from 00:00:01 to 00:05:00.")]
    [InlineData(
        "Host:Nmae", "x", "is unknown. Allowed there: CapacityBytes, Name, PledgedBytes, ReserveBytes.")]
    [InlineData(
        "Host:ReserveBytes", "9223372036854775807", "is wrong. Allowed: at most the capacity")]
    public async Task Start_WrongSetting_EndsWithOneLineThatNamesIt(string key, string value, string expected)
    {
        using var store = new TemporaryFolder();

        (int code, string line) = await RefusedAsync(
            $"--Headroom:Store:Path={store.Path}", $"--Headroom:{key}={value}");

        Assert.Equal(78, code);
        Assert.StartsWith($"Setting Headroom:{key} = '{value}' {expected}", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_StoreFolderThatIsAFile_EndsWithOneLine()
    {
        using var folder = new TemporaryFolder();
        string file = Path.Combine(folder.Path, "file");
        await File.WriteAllTextAsync(file, "mine", TestContext.Current.CancellationToken);

        (int code, string line) = await RefusedAsync($"--Headroom:Store:Path={file}");

        Assert.Equal(69, code);
        Assert.Contains(file, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_StoreOfARunningSilo_EndsWithOneLineAndLeavesTheOtherRunning()
    {
        await using SiloProcess silo = await SiloProcess.StartAsync();

        (int code, string line) = await RefusedAsync($"--Headroom:Store:Path={silo.StorePath}");

        Assert.Equal(69, code);
        Assert.Equal($"The store folder '{silo.StorePath}' is in use by another silo.", line);
        using HttpResponseMessage ready = await silo.Http.GetAsync(
            "/healthz/ready", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
    }

    [Theory]
    [InlineData("--urls=http://127.0.0.1:{0}")]
    [InlineData("--Headroom:Cluster:SiloPort={0}")]
    [InlineData("--Headroom:Cluster:GatewayPort={0}")]
    [InlineData("--Headroom:Cluster:MemoryPort={0}")]
    public async Task Start_PortInUse_EndsWithOneLineThatNamesIt(string argument)
    {
        using var store = new TemporaryFolder();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;
        string[] free =
        [
            $"--urls=http://127.0.0.1:{FreePort.Next()}",
            $"--Headroom:Cluster:SiloPort={FreePort.Next()}",
            $"--Headroom:Cluster:GatewayPort={FreePort.Next()}",
            $"--Headroom:Cluster:MemoryPort={FreePort.Next()}",
            $"--Headroom:Store:Path={store.Path}",
        ];

        (int code, string line) = await RefusedAsync([.. free, string.Format(null, argument, port)]);

        Assert.Equal(69, code);
        Assert.Contains($"{port}", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_SharedStoreThatIsNotThere_EndsWithOneLine()
    {
        (int code, string line) = await RefusedAsync(
            $"--urls=http://127.0.0.1:{FreePort.Next()}",
            $"--Headroom:Cluster:SiloPort={FreePort.Next()}",
            $"--Headroom:Cluster:GatewayPort={FreePort.Next()}",
            $"--Headroom:Cluster:MemoryPort={FreePort.Next()}",
            "--Headroom:Cluster:Provider=Redis",
            $"--Headroom:Cluster:ConnectionString=127.0.0.1:{FreePort.Next()},connectTimeout=500,connectRetry=0",
            $"--Headroom:Cluster:Key={Key}");

        Assert.Equal(69, code);
        Assert.StartsWith(
            "The store of Headroom:Cluster:ConnectionString cannot be reached: ", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Host=127.0.0.1;Port={0};Username=x", "Failed to connect to 127.0.0.1:{0}")]
    [InlineData("{1};Database=nothing", "database \"nothing\" does not exist (3D000)")]
    public async Task Start_PostgreSqlThatIsNotThere_EndsWithOneLine(string address, string expected)
    {
        await using PostgreSqlServer server = await PostgreSqlServer.StartAsync();
        int free = FreePort.Next();

        (int code, string line) = await RefusedAsync(
            $"--urls=http://127.0.0.1:{FreePort.Next()}",
            $"--Headroom:Cluster:SiloPort={FreePort.Next()}",
            $"--Headroom:Cluster:GatewayPort={FreePort.Next()}",
            $"--Headroom:Cluster:MemoryPort={FreePort.Next()}",
            "--Headroom:Cluster:Provider=PostgreSql",
            $"--Headroom:Cluster:ConnectionString={string.Format(null, address, free, server.ConnectionString)}",
            $"--Headroom:Cluster:Key={Key}");

        Assert.Equal(69, code);
        Assert.StartsWith(
            "The store of Headroom:Cluster:ConnectionString cannot be used: " + string.Format(null, expected, free),
            line,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_AddressOfAnotherMachine_EndsWithOneLineThatNamesIt()
    {
        using var store = new TemporaryFolder();

        // Of a network that is for documents alone.
        (int code, string line) = await RefusedAsync(
            $"--Headroom:Store:Path={store.Path}", "--Headroom:Cluster:Address=192.0.2.7");

        Assert.Equal(69, code);
        Assert.StartsWith(
            "Setting Headroom:Cluster:Address = '192.0.2.7' is wrong.", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_StoreAloneThenSilo_TheSiloUsesIt()
    {
        using var folder = new TemporaryFolder();
        int port = FreePort.Next();
        await using ChildProcess store =
            ChildProcess.Start(BuiltProgram.Silo, "store", "--path", folder.Path, "--port", $"{port}");

        await using SiloProcess silo = await SiloProcess.StartAsync(
            "--Headroom:Cluster:Provider=Redis",
            $"--Headroom:Cluster:ConnectionString=127.0.0.1:{port},connectRetry=20,connectTimeout=1000",
            $"--Headroom:Cluster:Key={Key}");

        Assert.NotEmpty(Directory.EnumerateFileSystemEntries(folder.Path));
        Assert.Equal(0, await silo.TerminateAsync(TestContext.Current.CancellationToken));
        Assert.Equal(0, await store.TerminateAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("store")]
    [InlineData("store", "--path", "x", "--port", "0")]
    [InlineData("store", "--path", "x", "--port", "70000")]
    [InlineData("store", "--path", "x", "--port", "7", "--colour", "blue")]
    public async Task Start_StoreAloneWithWrongArguments_EndsWithOneLine(params string[] arguments)
    {
        (int code, string line) = await RefusedAsync(arguments);

        Assert.Equal(78, code);
        Assert.StartsWith("The store alone takes --path", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_SharedStore_IsReadyWithoutAStoreFolderOfItsOwn()
    {
        using var folder = new TemporaryFolder();
        await using StoreFixture store = await StoreFixture.StartAsync(folder.Path);

        await using SiloProcess silo = await SiloProcess.StartAsync(
            "--Headroom:Cluster:Provider=Redis",
            $"--Headroom:Cluster:ConnectionString=!{Path.Combine(folder.Path, "store.sock")}",
            $"--Headroom:Cluster:Key={Key}");

        Assert.Empty(Directory.EnumerateFileSystemEntries(silo.StorePath));
        Assert.Equal(0, await silo.TerminateAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Start_DefaultLogging_PrintsOnlyTheSummary()
    {
        await using SiloProcess silo = await SiloProcess.StartAsync("--Headroom:Host:Name=quiet-host");

        await silo.TerminateAsync(TestContext.Current.CancellationToken);

        // A warning is allowed: a busy machine makes some.
        string[] lines = [.. silo.Process.Output.Where(line => line.Contains(" info: ", StringComparison.Ordinal))];
        Assert.All(lines, line => Assert.Contains(" info: Headroom.", line, StringComparison.Ordinal));
        Assert.Equal(3, lines.Length);
        Assert.Contains("Host quiet-host started: capacity ", lines[0], StringComparison.Ordinal);
        Assert.Contains(silo.Address.ToString().TrimEnd('/'), lines[1], StringComparison.Ordinal);
        Assert.Contains(silo.StorePath, lines[1], StringComparison.Ordinal);
        Assert.Empty(silo.Process.Errors);
    }

    private static async Task<(int Code, string Line)> RefusedAsync(params string[] arguments)
    {
        await using ChildProcess child = ChildProcess.Start(BuiltProgram.Silo, arguments);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        int code = await child.ExitAsync(limit.Token);
        return (code, Assert.Single(child.Errors));
    }
}
