using System.Globalization;
using Headroom.CgroupGuest;
using Headroom.Silo.Monitoring;

// hold <bytes>: takes and touches that many bytes, says so, and holds them until its input ends.
// own <scope> <inside|outside>: says what a silo would take for its memory; inside, from a cgroup namespace of its own
// with its own mount, as a container has it; outside, from such a namespace that still sees the mount of before.
// Without arguments: all checks, each with a line, and a last one with their numbers.
return args switch
{
    ["hold", string bytes] => Held.Hold(nuint.Parse(bytes, CultureInfo.InvariantCulture)),
    ["own", string scope] => Own.Tell(Enum.Parse<MemoryScope>(scope)),
    ["own", string scope, string mount] => Own.TellFromNamespace(Enum.Parse<MemoryScope>(scope), mount == "inside"),
    [] => Run(),
    _ => throw new ArgumentException("hold or own with their arguments, or nothing"),
};

static int Run()
{
    int failed = 0;
    IReadOnlyList<(string Name, Action Check)> checks = [.. LimitChecks.All, .. UseChecks.All, .. PodChecks.All];
    foreach ((string name, Action check) in checks)
    {
        try
        {
            check();
            Console.WriteLine($"ok      {name}");
        }
        catch (Exception error) when (error is CheckFailedException or IOException or UnauthorizedAccessException)
        {
            failed++;
            Console.WriteLine($"FAILED  {name}: {error.Message}");
        }
    }

    Console.WriteLine($"{checks.Count - failed} passed, {failed} failed");
    return failed == 0 ? 0 : 1;
}
