using Headroom.Silo.Hosting;

return await SiloProcess.RunAsync(
    args,
    add: (builder, settings) => { },
    map: app => { },
    errors: Console.Error);
