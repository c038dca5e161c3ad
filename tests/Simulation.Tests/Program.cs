using Headroom.Simulation.Tests.Runs;
using Xunit.Runner.InProc.SystemConsole;

return args is ["sim", .. string[] rest] ? Runner.Run(rest) : await ConsoleRunner.Run(args);
