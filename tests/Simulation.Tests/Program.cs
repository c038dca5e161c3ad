using Headroom.Simulation.Tests.Runs;
using Xunit.Runner.InProc.SystemConsole;

return args is ["sim", .. string[] rest] ? await Runner.RunAsync(rest) : await ConsoleRunner.Run(args);
