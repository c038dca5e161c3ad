using System.Text.Json;
using Headroom.Simulation.Tests.World;

namespace Headroom.Simulation.Tests.Runs;

/// <summary>
/// One of the processes of a <see cref="ProcessRun"/>. Each line that it reads has the first seed and how many there
/// are; for each it writes a line, a <see cref="SeedRun"/> as JSON. It ends with its input.
/// </summary>
internal static class Worker
{
    /// <exception cref="FormatException">A line is something else.</exception>
    internal static int Run(TextReader orders, TextWriter answers)
    {
        var shared = new SharedParts();
        TimeSpan told = TimeSpan.Zero;
        while (orders.ReadLine() is { } line)
        {
            if (line.Split(' ') is not [var from, var seeds])
            {
                throw new FormatException($"A worker was told \"{line}\".");
            }

            SeedRun run = SeedRun.Of(Runner.Number(from), Runner.Number(seeds), shared);
            TimeSpan taken = Environment.CpuUsage.TotalTime;
            (run.Processor, told) = (taken - told, taken);
            answers.WriteLine(JsonSerializer.Serialize(run));
        }

        return 0;
    }
}
