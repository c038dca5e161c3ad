using Headroom.Samples.Demo.Commands;

return await DemoCommand.Create().Parse(args).InvokeAsync();
